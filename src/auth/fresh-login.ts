import { DomainError } from '../errors/domain.error.js';
import type { Principal } from '../session/principal.js';

/** Ending other sessions needs a login of the last five minutes. Refuses LOGIN_STALE. */
export function refuseStale({ isFresh }: Pick<Principal, 'isFresh'>): void {
  if (!isFresh) {
    throw new DomainError('LOGIN_STALE', 'Ending other sessions needs a login of the last five minutes. Log in again.');
  }
}
