import { Catch } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { hostOf } from '../../auth/wire.js';
import type { DomainError, ErrorCode } from '../../errors/domain.error.js';
import { PresenterFilter, type Face } from '../../errors/presenter.filter.js';
import type { RawBody } from '../../http/body-reader.js';
import { urlEncodedFields } from '../../http/form-fields.js';
import { CONFIRMATION_HEADERS, confirmationPage, PAGE_TYPE } from './elvis-pages.js';

/** What every JSON answer of this wire says; clients look at how it begins. */
export const ELVIS_TYPE = 'application/json;charset=utf-8';

// `body`: what a service refused is told in a body with status 200, unless the application wants statuses. `status`: what
// was refused before a service was asked, or what a proxy must see: a 200 would be taken for an answer of the store.
// `login`: told in the words of the login calls, always with status 200.
const WIRE = {
  APPLICATION_CONFLICT: [409, 'body'],
  APPLICATION_INVALID: [404, 'status'],
  APPLICATION_UNKNOWN: [404, 'status'],
  BODY_TOO_LARGE: [413, 'status'],
  BODY_UNREADABLE: [400, 'body'],
  CONFIRMATION_INVALID: [409, 'status'],
  CREDENTIALS_REJECTED: [200, 'login'],
  CSRF_REJECTED: [403, 'body'],
  CURSOR_GONE: [410, 'status'],
  ENDPOINT_UNKNOWN: [404, 'status'],
  FORBIDDEN: [403, 'body'],
  IDENTITY_TAKEN: [409, 'body'],
  INTERNAL: [500, 'status'],
  KEY_MISSING: [403, 'body'],
  LOGIN_LIMITED: [429, 'status'],
  LOGIN_LOCKED: [200, 'login'],
  LOGIN_STALE: [403, 'body'],
  MEDIA_TYPE_UNSUPPORTED: [415, 'status'],
  METHOD_NOT_ALLOWED: [405, 'body'],
  NOT_FOUND: [404, 'status'],
  ORIGIN_REFUSED: [403, 'status'],
  OVERLOADED: [503, 'status'],
  PASSWORD_REJECTED: [403, 'body'],
  PROPERTY_MISSING: [400, 'body'],
  REGISTRATION_CLOSED: [403, 'body'],
  REQUEST_INVALID: [400, 'status'],
  SCOPE_MISSING: [403, 'body'],
  SERVICE_KEY_UNKNOWN: [401, 'body'],
  SESSION_LIMIT_REACHED: [200, 'login'],
  SESSION_UNKNOWN: [401, 'body', 'Not logged in'],
  STORE_UNAVAILABLE: [503, 'status'],
  TOKEN_NOT_YOURS: [400, 'status'],
  TOO_MANY_REQUESTS: [429, 'status'],
  USER_DISABLED: [200, 'login'],
  VALIDATION_FAILED: [400, 'body'],
} as const satisfies Record<ErrorCode, readonly [number: number, way: 'body' | 'status' | 'login', message?: string]>;

const LOGOUT = '/logout';
const failPages = new WeakMap<FastifyRequest, string>();

/** A login form that fails leads to this page of ours. */
export function leadFailureTo(request: FastifyRequest, page: string | undefined): void {
  if (page !== undefined) failPages.set(request, page);
}

/** This wire's envelope of a refusal: `errorcode` and `message`, most of them with status 200. */
@Catch()
export class ElvisPresenter extends PresenterFilter {
  face(refusal: DomainError, request: FastifyRequest): Face {
    if (refusal.code === 'ORIGIN_REFUSED' && isNavigationToLogout(request)) return confirmation(request);
    const face = elvisFace(refusal);
    const [, way] = WIRE[refusal.code];
    const failPage = failPages.get(request);
    if (way === 'login' && failPage !== undefined) return { ...face, status: 302, headers: { location: failPage } };
    return way === 'body' && isToldInBody(request) ? { ...face, status: 200 } : face;
  }
}

/** The faces for documents: of most refusals of a service both, for a setting of the application decides. */
export function documentedFaces(refusal: DomainError, { url }: { url: string }): Face[] {
  const face = elvisFace(refusal);
  const [, way] = WIRE[refusal.code];
  if (way === 'body' && isService(url)) return [{ ...face, status: 200 }, face];
  const asks = refusal.code === 'ORIGIN_REFUSED' && url === LOGOUT;
  return asks ? [face, { status: 403, contentType: PAGE_TYPE, body: '<!doctype html>…' }] : [face];
}

/** By status. */
function elvisFace({ code, message }: DomainError): Face {
  const [status, way, text] = WIRE[code] as readonly [number, string, string?];
  const body =
    way === 'login'
      ? { loginSuccess: false, loginFaultMessage: message }
      : { errorcode: status, message: text ?? message };
  return { status, contentType: ELVIS_TYPE, body };
}

function isToldInBody({ url, routeOptions, arrival }: FastifyRequest): boolean {
  return isService(routeOptions.url ?? url) && arrival?.application?.wires.elvis?.sendServiceErrorAsJson !== false;
}

function isService(path: string): boolean {
  return path.startsWith('/services/');
}

// A person who followed a link can be asked; an image, a frame or a prefetch cannot.
function isNavigationToLogout({ routeOptions, headers }: FastifyRequest): boolean {
  if ((routeOptions.url !== LOGOUT || headers['purpose']) ?? headers['sec-purpose']) return false;
  const mode = headers['sec-fetch-mode'];
  if (mode !== undefined) return mode === 'navigate' && headers['sec-fetch-dest'] === 'document';
  return headers.accept?.includes('text/html') ?? false;
}

// The address of the page keeps what stood in the query; what a form brought is handed on.
function confirmation(request: FastifyRequest): Face {
  const body = request.body as RawBody | undefined;
  const fields = body ? urlEncodedFields(body.bytes.toString('utf8')) : [];
  const targets = fields.filter(([name]) => name === 'logoutSuccessUrl').map(([, value]) => value);
  return {
    status: 403,
    headers: CONFIRMATION_HEADERS,
    contentType: PAGE_TYPE,
    body: confirmationPage(hostOf(request), targets.length === 1 ? targets[0] : undefined),
  };
}
