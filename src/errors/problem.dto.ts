import type { ErrorCode, FieldFault } from './domain.error.js';

/** What is wrong with one field. */
export class ProblemFault implements FieldFault {
  /** @example 'password' */
  field!: string;
  /** @example 'must be a string' */
  message!: string;
}

/** A refusal on our own routes: RFC 9457 problem details. */
export class Problem {
  /** @example 'about:blank' */
  type!: string;
  /** What the code means, in words. @example 'No live session' */
  title!: string;
  /** The status of the answer. @example 401 */
  status!: number;
  /** What happened this time. @example 'No live session. Log in.' */
  detail!: string;
  /** Stable: decide by this one. @example 'SESSION_UNKNOWN' */
  code!: ErrorCode;
  /** Finds the request in the log. @example '5f0c9ad1e2b3-1' */
  request_id!: string;
  /** With the code `VALIDATION_FAILED`: each field that is wrong. */
  errors?: ProblemFault[];
}
