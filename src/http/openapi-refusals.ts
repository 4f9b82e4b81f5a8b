import type { Type } from '@nestjs/common';
import { getSchemaPath } from '@nestjs/swagger';
import { DomainError, type ErrorCode, type FieldFault } from '../errors/domain.error.js';
import type { Face } from '../errors/presenter.filter.js';
import type { Refusal } from '../errors/refuses.decorator.js';

/** What was asked, as far as the face of a refusal depends on it. */
export interface Asked {
  method: string;
  url: string;
  /** Nobody need be logged in. */
  isPublic: boolean;
  /** What may be wrong stands in a body. */
  readsBody: boolean;
}

/** How one contract shows refusals: their faces, and the class that documents these. */
export interface RefusalStyle {
  /** One face; several where the request or a setting of the application decides. */
  faceOf: (refusal: DomainError, asked: Asked) => Face | Face[];
  model: Type;
}

export type Responses = Record<string, object>;

interface Shown {
  name: string;
  summary: string;
  face: Face;
}

/** The responses in which these refusals arrive, with schema and one example each. */
export function refusalResponses(
  refusals: Iterable<Refusal>,
  { faceOf, model }: RefusalStyle,
  asked: Asked,
): Responses {
  const responses: Record<number, Shown[]> = {};
  const names = new Map<string, number>();
  for (const refusal of refusals) {
    const [sample, summary] = sampleOf(refusal, faultOf(asked));
    const count = (names.get(sample.code) ?? 0) + 1;
    names.set(sample.code, count);
    const name = count === 1 ? sample.code : `${sample.code}_${count}`;
    for (const face of [faceOf(sample, asked)].flat()) (responses[face.status] ??= []).push({ name, summary, face });
  }
  const schema = { $ref: getSchemaPath(model) };
  return Object.fromEntries(Object.entries(responses).map(([status, shown]) => [status, responseOf(shown, schema)]));
}

function responseOf(shown: Shown[], schema: object): object {
  const { status, headers = {} } = shown[0]!.face;
  const documented = {
    ...('www-authenticate' in headers && { 'WWW-Authenticate': header('The scheme that opens the door.', 'Bearer') }),
    ...((status === 429 || status === 503) && { 'Retry-After': header('Seconds to wait.', 1) }),
  };
  const types: Record<string, Shown[]> = {};
  for (const each of shown) (types[(each.face.contentType ?? 'application/json').split(';')[0]!] ??= []).push(each);
  return {
    description: [...new Set(shown.map(({ summary }) => summary))].join('\n\n'),
    ...(Object.keys(documented).length > 0 && { headers: documented }),
    content: Object.fromEntries(Object.entries(types).map(([type, all]) => [type, contentOf(all, schema)])),
  };
}

function contentOf(shown: Shown[], model: object): object {
  const example: unknown = shown[0]!.face.body;
  const schema = typeof example === 'string' ? { type: 'string' } : model;
  if (shown.length === 1) return { schema, example };
  const examples = shown.map(({ name, summary, face }) => [name, { summary, value: face.body }]);
  return { schema, examples: Object.fromEntries(examples) as object };
}

function header(description: string, example: string | number): object {
  return { description, schema: { type: typeof example === 'number' ? 'integer' : 'string', example } };
}

function sampleOf(refusal: Refusal, fault: FieldFault): [DomainError, summary: string] {
  if (refusal instanceof DomainError) return [refusal, refusal.message];
  const summary = SAMPLES[refusal];
  if (refusal !== 'VALIDATION_FAILED') return [new DomainError(refusal, summary), summary];
  return [new DomainError(refusal, `${fault.field}: ${fault.message}`, { faults: [fault] }), summary];
}

/** What a route may find wrong: in the body where it reads one, in the URL elsewhere. */
function faultOf({ readsBody }: Asked): FieldFault {
  return readsBody
    ? { field: 'password', message: 'must be a string' }
    : { field: 'token', message: 'must not travel in the URL' };
}

/** What each refusal says, as the documents show it. */
const SAMPLES = {
  APPLICATION_CONFLICT: 'This id, key or host is taken already.',
  APPLICATION_INVALID: 'No application can have this id.',
  APPLICATION_UNKNOWN: 'There is no such application.',
  BODY_TOO_LARGE: 'The body is larger than this route reads.',
  BODY_UNREADABLE: 'The body cannot be read.',
  CONFIRMATION_INVALID: 'The confirmation was used, is too old, or belongs to another filter or caller.',
  CREDENTIALS_REJECTED: 'The credentials were not accepted.',
  CSRF_REJECTED: 'The csrf token is missing, or not this session’s. Nothing was changed.',
  CURSOR_GONE: 'The events behind this cursor are no longer kept.',
  ENDPOINT_UNKNOWN: 'This application has no such endpoint.',
  FORBIDDEN: 'You are not allowed to do this.',
  IDENTITY_TAKEN: 'This user name is taken.',
  INTERNAL: 'Something went wrong on our side. The request id finds it in the log.',
  KEY_MISSING: 'The key of the application is missing.',
  LOGIN_LIMITED: 'Too many attempts. Wait before the next one.',
  LOGIN_LOCKED: 'Too many failed logins in a row. Wait, or ask an administrator.',
  LOGIN_STALE: 'Ending other sessions needs a login of the last five minutes. Log in again.',
  MEDIA_TYPE_UNSUPPORTED: 'The body is compressed, or of a type that this route does not read.',
  METHOD_NOT_ALLOWED: 'PUT is not among the methods of this path.',
  NOT_FOUND: 'Not there, or not yours.',
  ORIGIN_REFUSED: 'This request came from a page that is not allowed to make it. Nothing was changed.',
  OVERLOADED: 'Too much is waiting already. Try again shortly.',
  PASSWORD_REJECTED: 'The current password is wrong. Nothing was changed.',
  PROPERTY_MISSING: 'A property that this application requires is missing.',
  REGISTRATION_CLOSED: 'This application does not let people register themselves.',
  REQUEST_INVALID: 'The request cannot be understood.',
  SCOPE_MISSING: 'This service key lacks the scope that the route needs.',
  SERVICE_KEY_UNKNOWN: 'No live service key. An administrator makes one at /api/v1/admin/service-keys.',
  SESSION_LIMIT_REACHED: 'This user is logged in 10 times already, which is the limit. Log out elsewhere first.',
  SESSION_UNKNOWN: 'No live session. Log in.',
  STORE_UNAVAILABLE: 'The session store does not answer. Try again shortly.',
  TOKEN_NOT_YOURS: 'This token belongs to another application.',
  TOO_MANY_REQUESTS: 'Too many requests of this kind. Wait before the next one.',
  USER_DISABLED: 'This user is disabled.',
  VALIDATION_FAILED: 'A field does not fit; the answer names it.',
} satisfies Record<ErrorCode, string>;
