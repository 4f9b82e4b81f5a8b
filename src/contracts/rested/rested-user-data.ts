import { DomainError } from '../../errors/domain.error.js';
import type { ChangeStrategy } from '../../record/record-facts.js';
import type { KnownUser, UserChanges } from '../../user/user.service.js';

interface Names {
  username?: string;
  email?: string;
}

const MAX_BYTES = 65_536;

/** What a client keeps about a user beside the names and the password. */
export function ownFields(fields: Record<string, unknown>): Record<string, unknown> {
  const { username: _username, email: _email, password: _password, ...own } = fields;
  return own;
}

/**
 * What a change makes of a user. `replace`: the data becomes what was sent, so that a name must be among it, and a name that
 * was not sent is gone. `merge`: what was sent is laid over what is there, field by field and one level deep; without a
 * name the old one stays. The password is no part of the data: left out, it stays either way.
 * Refuses VALIDATION_FAILED for data without a name, or larger than 64 KiB.
 */
export function changesOf(
  user: KnownUser,
  names: Names,
  fields: Record<string, unknown>,
  strategy: ChangeStrategy,
): Pick<UserChanges, 'username' | 'email' | 'properties'> {
  const properties = strategy === 'merge' ? { ...user.properties, ...fields } : fields;
  if (Buffer.byteLength(JSON.stringify(properties)) > MAX_BYTES) throw invalid('The data would be larger than 64 KiB.');
  return { ...(strategy === 'merge' ? mergedNames(user, names) : replacedNames(names)), properties };
}

function replacedNames({ username, email }: Names): Pick<UserChanges, 'username' | 'email'> {
  const shown = username ?? email;
  if (shown === undefined) throw invalid('The data must keep a username or an email.');
  return { username: shown, email: email ?? (shown.includes('@') ? shown : null) };
}

// Whoever has an e-mail for a user name has one name, and it changes as one.
function mergedNames(user: KnownUser, names: Names): Pick<UserChanges, 'username' | 'email'> {
  if (names.username === undefined && names.email === undefined) return {};
  if (user.username === user.email) return replacedNames(names);
  return names;
}

function invalid(message: string): DomainError {
  return new DomainError('VALIDATION_FAILED', message);
}
