import { Catch } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { DomainError, ErrorCode } from '../../errors/domain.error.js';
import { PresenterFilter, type Face } from '../../errors/presenter.filter.js';
import { BackendlessRefusal } from './backendless-refusal.js';
import { TOKEN_HEADER } from './backendless.strategy.js';

type Shown = readonly [status: number, code: number, message?: string];
type Asked = Pick<FastifyRequest, 'headers' | 'method' | 'url'>;

// Where the original has no number for what HTTP itself refuses, the number is the status.
const WIRE = {
  APPLICATION_CONFLICT: [409, 409],
  APPLICATION_INVALID: [400, 3007],
  APPLICATION_UNKNOWN: [400, 2002],
  BODY_TOO_LARGE: [413, 413],
  BODY_UNREADABLE: [400, 400],
  CONFIRMATION_INVALID: [409, 409],
  CREDENTIALS_REJECTED: [401, 3003, 'Invalid login or password'],
  CSRF_REJECTED: [403, 403],
  CURSOR_GONE: [410, 410],
  ENDPOINT_UNKNOWN: [404, 1000],
  FORBIDDEN: [403, 403],
  IDENTITY_TAKEN: [409, 3033],
  INTERNAL: [500, 3023],
  KEY_MISSING: [400, 2002],
  LOGIN_LIMITED: [429, 3036],
  LOGIN_LOCKED: [403, 3036],
  LOGIN_STALE: [403, 403],
  MEDIA_TYPE_UNSUPPORTED: [415, 415],
  METHOD_NOT_ALLOWED: [405, 405],
  NOT_FOUND: [404, 1000],
  ORIGIN_REFUSED: [403, 403],
  OVERLOADED: [503, 3023],
  PASSWORD_REJECTED: [403, 3024],
  PROPERTY_MISSING: [400, 3012],
  REGISTRATION_CLOSED: [403, 3009, 'User registration is denied for this version of application'],
  REQUEST_INVALID: [400, 400],
  SCOPE_MISSING: [403, 403],
  SERVICE_KEY_UNKNOWN: [401, 401],
  SESSION_LIMIT_REACHED: [409, 3044],
  SESSION_UNKNOWN: [400, 3064],
  STORE_UNAVAILABLE: [500, 3023],
  TOKEN_NOT_YOURS: [400, 400],
  TOO_MANY_REQUESTS: [429, 429],
  USER_DISABLED: [403, 3090],
  VALIDATION_FAILED: [400, 3038],
} as const satisfies Record<ErrorCode, Shown>;

// An update has numbers of its own for some.
const UPDATE: Partial<Record<ErrorCode, Shown>> = {
  IDENTITY_TAKEN: [409, 3018],
  INTERNAL: [500, 3024],
  PROPERTY_MISSING: [400, 3045],
};
const NUMBER_OF_FIELD: Record<string, number> = { email: 3040, password: 3011, username: 3013 };
const FIRST_WINS: Shown = [409, 3002, 'This user is logged in already, and may be so once only'];
const STRANGER: Shown = [401, 3028, 'User is not logged in'];
const NO_USER: Shown = [401, 3121, 'There is no user whose password could be verified'];
const TOKEN_SHOWN = 128;

/** This wire's error object: a number, a text, and room for more. */
@Catch()
export class BackendlessPresenter extends PresenterFilter {
  face(refusal: DomainError, request: FastifyRequest): Face {
    return backendlessFace(refusal, request);
  }
}

/** The faces for documents: whoever has to be logged in is refused with a dead token and without any. */
export function documentedFaces(
  refusal: DomainError,
  { isPublic, ...asked }: { method: string; url: string; isPublic: boolean },
): Face[] {
  const face = backendlessFace(refusal, { ...asked, headers: { [TOKEN_HEADER]: 'cfs_…' } });
  if (isPublic || refusal.code !== 'SESSION_UNKNOWN') return [face];
  return [face, backendlessFace(refusal, { ...asked, headers: {} })];
}

function backendlessFace(refusal: DomainError, request: Asked): Face {
  const [status, code, message = refusal.message] = shown(refusal, request);
  return { status, body: { code, message, errorData: {} } };
}

function shown(refusal: DomainError, request: Asked): Shown {
  const { code, details } = refusal;
  if (refusal instanceof BackendlessRefusal) return [refusal.status, refusal.number];
  if (code === 'SESSION_UNKNOWN') return shownToken(request);
  if (code === 'SESSION_LIMIT_REACHED' && details.limit === 1) return FIRST_WINS;
  if (code === 'VALIDATION_FAILED') return [400, NUMBER_OF_FIELD[details.faults?.[0]?.field ?? ''] ?? 3038];
  return (request.method === 'PUT' ? UPDATE[code] : undefined) ?? WIRE[code];
}

function shownToken({ headers, url }: Asked): Shown {
  const token = headers[TOKEN_HEADER];
  if (token !== undefined && token !== '') return [400, 3064, deadToken(String(token))];
  return url.endsWith('/verifypassowrd') ? NO_USER : STRANGER;
}

// The wire's own words. The token goes back to whoever sent it, and nowhere else.
function deadToken(token: string): string {
  const printable = token.replaceAll(/[^\u0020-\u007e…]/g, '?').slice(0, TOKEN_SHOWN);
  return `Not existing user token - ${printable}. Relogin user to update your user token`;
}
