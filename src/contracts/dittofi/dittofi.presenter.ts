import { Catch } from '@nestjs/common';
import type { DomainError, ErrorCode } from '../../errors/domain.error.js';
import { PresenterFilter, type Face } from '../../errors/presenter.filter.js';

// Wrong credentials are 403 here: 401 is kept for the guard. Where a text is given, generated clients may know it.
const WIRE = {
  APPLICATION_CONFLICT: [409, 'conflict'],
  APPLICATION_INVALID: [400, 'bad_input'],
  APPLICATION_UNKNOWN: [400, 'bad_input'],
  BODY_TOO_LARGE: [413, 'bad_input'],
  BODY_UNREADABLE: [400, 'invalid_json'],
  CONFIRMATION_INVALID: [409, 'bad_input'],
  CREDENTIALS_REJECTED: [403, 'unauthorized', 'invalid login credentials'],
  CSRF_REJECTED: [403, 'unauthorized'],
  CURSOR_GONE: [410, 'bad_input'],
  ENDPOINT_UNKNOWN: [404, 'bad_input'],
  FORBIDDEN: [403, 'unauthorized'],
  IDENTITY_TAKEN: [409, 'conflict'],
  INTERNAL: [500, 'internal_error'],
  KEY_MISSING: [403, 'unauthorized'],
  LOGIN_LIMITED: [429, 'event_error'],
  LOGIN_LOCKED: [403, 'event_error'],
  LOGIN_STALE: [403, 'unauthorized'],
  MEDIA_TYPE_UNSUPPORTED: [415, 'bad_input'],
  METHOD_NOT_ALLOWED: [405, 'bad_input'],
  NOT_FOUND: [404, 'bad_input'],
  ORIGIN_REFUSED: [403, 'unauthorized'],
  OVERLOADED: [503, 'event_error'],
  PASSWORD_REJECTED: [403, 'unauthorized'],
  PROPERTY_MISSING: [400, 'invalid_json'],
  REGISTRATION_CLOSED: [403, 'unauthorized'],
  REQUEST_INVALID: [400, 'bad_input'],
  SCOPE_MISSING: [403, 'unauthorized'],
  SERVICE_KEY_UNKNOWN: [401, 'unauthorized'],
  SESSION_LIMIT_REACHED: [403, 'event_error'],
  SESSION_UNKNOWN: [401, 'unauthorized', 'no user id found', 'password'],
  STORE_UNAVAILABLE: [503, 'event_error'],
  TOKEN_NOT_YOURS: [400, 'bad_input'],
  TOO_MANY_REQUESTS: [429, 'event_error'],
  USER_DISABLED: [403, 'unauthorized'],
  VALIDATION_FAILED: [400, 'invalid_json'],
} as const satisfies Record<ErrorCode, readonly [status: number, code: string, message?: string, param?: string]>;

/** This wire's envelope of a refusal: `error: { code, message, param? }`, and never the text `null`. */
@Catch()
export class DittofiPresenter extends PresenterFilter {
  face(refusal: DomainError): Face {
    return dittofiFace(refusal);
  }
}

/** The same face for documents, which have no request. */
export function dittofiFace({ code, message, details }: DomainError): Face {
  const [status, wireCode, text, param] = WIRE[code] as readonly [number, string, string?, string?];
  const [fault] = details.faults ?? [];
  const field = fault?.field ?? param;
  return {
    status,
    body: {
      error: {
        code: wireCode,
        message: fault?.message ?? text ?? message,
        ...(field !== undefined && { param: field }),
      },
    },
  };
}
