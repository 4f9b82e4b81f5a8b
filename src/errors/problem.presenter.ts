import { Catch } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { DomainError, ErrorCode } from './domain.error.js';
import { PresenterFilter, type Face } from './presenter.filter.js';

/** Status and title of every code on our own routes, and wherever no contract was reached. */
const PROBLEMS = {
  APPLICATION_CONFLICT: [409, 'Application conflict'],
  APPLICATION_INVALID: [400, 'Application invalid'],
  APPLICATION_UNKNOWN: [400, 'Application unknown'],
  BODY_TOO_LARGE: [413, 'Body too large'],
  BODY_UNREADABLE: [400, 'Body unreadable'],
  CONFIRMATION_INVALID: [409, 'Confirmation invalid'],
  CREDENTIALS_REJECTED: [401, 'Credentials rejected'],
  CSRF_REJECTED: [403, 'Csrf token rejected'],
  CURSOR_GONE: [410, 'Cursor gone'],
  ENDPOINT_UNKNOWN: [400, 'Endpoint unknown'],
  FORBIDDEN: [403, 'Not allowed'],
  IDENTITY_TAKEN: [409, 'Identity taken'],
  INTERNAL: [500, 'Internal error'],
  KEY_MISSING: [403, 'Key missing'],
  LOGIN_LIMITED: [429, 'Too many attempts'],
  LOGIN_LOCKED: [403, 'Locked'],
  LOGIN_STALE: [403, 'Fresh login needed'],
  MEDIA_TYPE_UNSUPPORTED: [415, 'Media type unsupported'],
  METHOD_NOT_ALLOWED: [405, 'Method not allowed'],
  NOT_FOUND: [404, 'Not found'],
  ORIGIN_REFUSED: [403, 'Origin refused'],
  OVERLOADED: [503, 'Overloaded'],
  PASSWORD_REJECTED: [403, 'Current password wrong'],
  PROPERTY_MISSING: [400, 'Property missing'],
  REGISTRATION_CLOSED: [403, 'Registration closed'],
  REQUEST_INVALID: [400, 'Request invalid'],
  SCOPE_MISSING: [403, 'Scope missing'],
  SERVICE_KEY_UNKNOWN: [401, 'No live service key'],
  SESSION_LIMIT_REACHED: [409, 'Session limit reached'],
  SESSION_UNKNOWN: [401, 'No live session'],
  STORE_UNAVAILABLE: [503, 'Store unavailable'],
  TOKEN_NOT_YOURS: [400, 'Token of another application'],
  TOO_MANY_REQUESTS: [429, 'Too many requests'],
  USER_DISABLED: [403, 'User disabled'],
  VALIDATION_FAILED: [400, 'Validation failed'],
} as const satisfies Record<ErrorCode, readonly [status: number, title: string]>;

/** The default face: RFC 9457 problem details with a stable `code` and the request's id. */
@Catch()
export class ProblemPresenter extends PresenterFilter {
  face(refusal: DomainError, request: FastifyRequest): Face {
    return problemOf(refusal, request.id);
  }
}

/** The same face for documents, which have no request. */
export function problemOf({ code, message, details }: DomainError, requestId = '5f0c9ad1e2b3-1'): Face {
  const [status, title] = PROBLEMS[code];
  return {
    status,
    contentType: 'application/problem+json; charset=utf-8',
    // RFC 6750 §3: every 401 names the scheme that would open the door.
    ...(status === 401 && { headers: { 'www-authenticate': 'Bearer' } }),
    body: {
      type: 'about:blank',
      title,
      status,
      detail: message,
      code,
      request_id: requestId,
      ...(details.faults && { errors: details.faults }),
    },
  };
}
