import { DomainError } from './domain.error.js';

// Connection lost or refused, too many connections, shutting down, cancelled for taking too long, moved to a
// read-only standby, deadlock: the statement's outcome is none or unknown, and asking again may succeed.
// PostgreSQL, appendix A: classes 08, 53, 57, and these.
const SQL_STATES = /^(08...|53...|57...|25006|25P0[34]|40001|40P01|55P03|58030)$/;
const SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'EADDRNOTAVAIL',
  'EMFILE',
  'ENETDOWN',
  'ERR_STREAM_DESTROYED',
]);
const DRIVER_MESSAGES =
  /^(Connection terminated|Client was closed|Client has encountered a connection error|timeout (exceeded|expired)|Query read timeout|Cannot use a pool|Driver not Connected)/i;

// TypeORM's words for a connection that broke in the middle of a transaction.
const LOST_IN_TRANSACTION = new Set(['QueryRunnerAlreadyReleasedError', 'QueryRunnerProviderAlreadyReleasedError']);

/** True where the store did not answer, or cannot now: the request may be repeated, and nothing is known. */
export function isStoreOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (LOST_IN_TRANSACTION.has(error.name)) return true;
  const { code, driverError } = error as Error & { code?: unknown; driverError?: unknown };
  if (driverError) return isStoreOutage(driverError);
  if (typeof code === 'string') return SQL_STATES.test(code) || SYSTEM_CODES.has(code);
  return error instanceof AggregateError ? error.errors.some(isStoreOutage) : DRIVER_MESSAGES.test(error.message);
}

/** Not knowing is not an answer (P3): the face of this is 503, never 401. */
export function storeUnavailable(cause: unknown): DomainError {
  return new DomainError('STORE_UNAVAILABLE', 'The session store does not answer. Try again shortly.', {
    retryAfterSeconds: 1,
    cause,
  });
}
