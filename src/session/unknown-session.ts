import { DomainError } from '../errors/domain.error.js';
import { METRICS } from '../metrics/metrics.js';

/** One refusal for every token that opens nothing; the metrics alone are told why. */
export function unknownSession(outcome: 'malformed' | 'dead' | 'foreign'): DomainError {
  METRICS.checks.inc({ outcome });
  return new DomainError('SESSION_UNKNOWN', 'No live session. Log in.');
}
