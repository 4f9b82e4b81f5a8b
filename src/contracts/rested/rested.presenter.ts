import { Catch } from '@nestjs/common';
import type { DomainError, ErrorCode } from '../../errors/domain.error.js';
import { PresenterFilter, type Face } from '../../errors/presenter.filter.js';

// Clients read the status, and show the message. 403 is the key or the origin, 401 whoever is not, or no longer, logged in.
const WIRE = {
  APPLICATION_CONFLICT: 409,
  APPLICATION_INVALID: 400,
  APPLICATION_UNKNOWN: 400,
  BODY_TOO_LARGE: 413,
  BODY_UNREADABLE: 400,
  CONFIRMATION_INVALID: 409,
  CREDENTIALS_REJECTED: 401,
  CSRF_REJECTED: 403,
  CURSOR_GONE: 410,
  ENDPOINT_UNKNOWN: 400,
  FORBIDDEN: 403,
  IDENTITY_TAKEN: 400,
  INTERNAL: 500,
  KEY_MISSING: 403,
  LOGIN_LIMITED: 429,
  LOGIN_LOCKED: 429,
  LOGIN_STALE: 403,
  MEDIA_TYPE_UNSUPPORTED: 415,
  METHOD_NOT_ALLOWED: 405,
  NOT_FOUND: 404,
  ORIGIN_REFUSED: 403,
  OVERLOADED: 503,
  PASSWORD_REJECTED: 409,
  PROPERTY_MISSING: 400,
  REGISTRATION_CLOSED: 403,
  REQUEST_INVALID: 400,
  SCOPE_MISSING: 403,
  SERVICE_KEY_UNKNOWN: 401,
  SESSION_LIMIT_REACHED: 403,
  SESSION_UNKNOWN: 401,
  STORE_UNAVAILABLE: 503,
  TOKEN_NOT_YOURS: 400,
  TOO_MANY_REQUESTS: 429,
  USER_DISABLED: 401,
  VALIDATION_FAILED: 400,
} as const satisfies Record<ErrorCode, number>;

/** This wire's envelope of a refusal: `error: { status, message }`. */
@Catch()
export class RestedPresenter extends PresenterFilter {
  face(refusal: DomainError): Face {
    return restedFace(refusal);
  }
}

/** The same face for documents, which have no request. */
export function restedFace({ code, message }: DomainError): Face {
  const status = WIRE[code];
  return { status, body: { error: { status, message } } };
}
