/** Every reason for which Curfew refuses. A new one breaks the build until each contract has a face for it. */
export type ErrorCode =
  | 'APPLICATION_CONFLICT'
  | 'APPLICATION_INVALID'
  | 'APPLICATION_UNKNOWN'
  | 'BODY_TOO_LARGE'
  | 'BODY_UNREADABLE'
  | 'CONFIRMATION_INVALID'
  | 'CREDENTIALS_REJECTED'
  | 'CSRF_REJECTED'
  | 'CURSOR_GONE'
  | 'ENDPOINT_UNKNOWN'
  | 'FORBIDDEN'
  | 'IDENTITY_TAKEN'
  | 'INTERNAL'
  | 'KEY_MISSING'
  | 'LOGIN_LIMITED'
  | 'LOGIN_LOCKED'
  | 'LOGIN_STALE'
  | 'MEDIA_TYPE_UNSUPPORTED'
  | 'METHOD_NOT_ALLOWED'
  | 'NOT_FOUND'
  | 'ORIGIN_REFUSED'
  | 'OVERLOADED'
  | 'PASSWORD_REJECTED'
  | 'PROPERTY_MISSING'
  | 'REGISTRATION_CLOSED'
  | 'REQUEST_INVALID'
  | 'SCOPE_MISSING'
  | 'SERVICE_KEY_UNKNOWN'
  | 'SESSION_LIMIT_REACHED'
  | 'SESSION_UNKNOWN'
  | 'STORE_UNAVAILABLE'
  | 'TOKEN_NOT_YOURS'
  | 'TOO_MANY_REQUESTS'
  | 'USER_DISABLED'
  | 'VALIDATION_FAILED';

/** What is wrong with one field of a body, a path or a query. */
export interface FieldFault {
  field: string;
  message: string;
}

/** What a face may need beside the code. */
export interface RefusalDetails {
  faults?: FieldFault[];
  retryAfterSeconds?: number;
  allowedMethods?: string[];
  /** How many parallel sessions were too many. */
  limit?: number;
  /** Who tried to log in, for the audit log alone: no face shows it. */
  attempt?: { login: string; applicationId: string };
  cause?: unknown;
}

/** A refusal: thrown anywhere, given a face at one edge. The message is for people; it names no user, token or SQL. */
export class DomainError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: RefusalDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'DomainError';
  }
}
