/**
 * Curfew did not answer, or not in a way that can be trusted: whether the session lives is not known.
 * Answer 503 with `Retry-After`; a 401 would make callers throw a good session away, a 200 would let a dead one in.
 */
export class CurfewUnavailable extends Error {
  override name = 'CurfewUnavailable';
  /** The status to answer with; frameworks that read it from an error do so unasked. */
  readonly statusCode: number = 503;

  /** `retryAfterSeconds` is what Curfew asked for, and 1 where it said nothing. */
  constructor(
    message: string,
    readonly retryAfterSeconds = 1,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }
}
