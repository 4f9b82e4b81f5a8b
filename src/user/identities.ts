import { QueryFailedError, type EntityManager } from 'typeorm';
import { DomainError } from '../errors/domain.error.js';
import { identityName } from './identity-name.js';
import { Identity } from './identity.entity.js';
import type { User } from './user.entity.js';

/** Refuses VALIDATION_FAILED for what can be no name. */
export function identityNames(username: string, email: string | null): string[] {
  const nameOf = (text: string, field: string): string => {
    const name = identityName(text);
    if (name !== undefined && isSpeakable(name)) return name;
    throw new DomainError('VALIDATION_FAILED', 'This user name cannot be used.', {
      faults: [{ field, message: 'must be printable text' }],
    });
  };
  const names = [nameOf(username, 'username'), ...(email === null ? [] : [nameOf(email, 'email')])];
  return [...new Set(names)];
}

/** Refuses nothing itself: a name that belongs to someone violates the key, see `refuseTakenIdentity`. */
export async function insertIdentities(
  manager: EntityManager,
  applicationId: string,
  userId: string,
  names: string[],
): Promise<void> {
  await manager.insert(
    Identity,
    names.map((name) => ({ applicationId, name, userId })),
  );
}

/** The user's names as they are now, instead of those that were. */
export async function renameIdentities(
  manager: EntityManager,
  { applicationId, id, username, email }: User,
): Promise<void> {
  const names = identityNames(username, email);
  await manager.delete(Identity, { userId: id });
  await insertIdentities(manager, applicationId, id, names);
}

const UNIQUE_VIOLATION = '23505';

/** A violated key of names is IDENTITY_TAKEN; anything else is thrown on. */
export function refuseTakenIdentity(error: unknown): never {
  if (error instanceof QueryFailedError && (error.driverError as { code?: string }).code === UNIQUE_VIOLATION) {
    const isId = (error.driverError as { constraint?: string }).constraint === 'users_pkey';
    throw new DomainError('IDENTITY_TAKEN', isId ? 'This id is taken.' : 'This user name is taken.');
  }
  throw error;
}

// Something to be seen, and nothing that turns the direction of reading: what looks like another's name is none.
function isSpeakable(name: string): boolean {
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(name) && !/[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u.test(name);
}
