import { DomainError, type ErrorCode } from '../../errors/domain.error.js';

// What only this wire tells apart: its number, the code that the log shows, and the status.
const REFUSALS = {
  1000: ['NOT_FOUND', 404],
  2014: ['FORBIDDEN', 403],
  3006: ['VALIDATION_FAILED', 400],
  3011: ['VALIDATION_FAILED', 400],
  3013: ['VALIDATION_FAILED', 400],
  3020: ['NOT_FOUND', 400],
  3029: ['FORBIDDEN', 403],
  3030: ['REQUEST_INVALID', 400],
  3038: ['VALIDATION_FAILED', 400],
  3039: ['VALIDATION_FAILED', 400],
  3040: ['VALIDATION_FAILED', 400],
  3045: ['VALIDATION_FAILED', 400],
  5050: ['REQUEST_INVALID', 400],
  8000: ['VALIDATION_FAILED', 400],
} as const satisfies Record<number, readonly [code: ErrorCode, status: number]>;

/** A refusal of which this wire's own number says more than its code. */
export class BackendlessRefusal extends DomainError {
  readonly status: number;

  constructor(
    readonly number: keyof typeof REFUSALS,
    message: string,
  ) {
    const [code, status] = REFUSALS[number];
    super(code, message);
    this.status = status;
  }
}
