import { identityName } from './identity-name.js';

/** Which users are meant. What is absent is no condition; all that is there must hold. */
export interface UserFilter {
  readonly applicationId: string;
  /** Exactly a sign-in name, in any case. */
  readonly login?: string | undefined;
  /** The beginning of a sign-in name, in any case. */
  readonly loginPrefix?: string | undefined;
  readonly status?: 'active' | 'disabled' | undefined;
  readonly role?: string | undefined;
  readonly lastLoginBefore?: string | undefined;
  readonly lastLoginAfter?: string | undefined;
  readonly lastLogin?: 'never' | undefined;
}

const BY_NAME = 'users.id in (select user_id from identities where application_id = $::uuid and';

/** The filter as a condition on `users` and `last_logins`, whose values it adds to those of the statement. */
export function userCondition(filter: UserFilter, values: unknown[]): string {
  const parts: string[] = [];
  const add = (condition: string, ...of: unknown[]): void => {
    parts.push(of.reduce<string>((text, value) => text.replace('$:', `$${values.push(value)}:`), condition));
  };
  const { applicationId, login, loginPrefix, status, role, lastLoginBefore, lastLoginAfter, lastLogin } = filter;
  add('users.application_id = $::uuid', applicationId);
  if (login !== undefined) add(`${BY_NAME} name = $::text)`, applicationId, identityName(login) ?? null);
  if (loginPrefix !== undefined)
    add(`${BY_NAME} (name like $::text or name like $::text))`, applicationId, ...patternsOf(loginPrefix));
  // Known to the planner, which has an index for those who are disabled.
  if (status !== undefined) add(`users.status = '${status === 'disabled' ? 'disabled' : 'active'}'`);
  if (role !== undefined) add('users.roles @> array[$::text]', role);
  if (lastLoginBefore !== undefined) add('last_logins.at < $::timestamptz', lastLoginBefore);
  if (lastLoginAfter !== undefined) add('last_logins.at >= $::timestamptz', lastLoginAfter);
  if (lastLogin === 'never') add('last_logins.user_id is null');
  return parts.join(' and ');
}

// A sigma at the end of a word has a form of its own in lower case: whether the word ends there, a prefix does not say.
function patternsOf(prefix: string): (string | null)[] {
  const midWord = identityName(`${prefix}x`)?.slice(0, -1);
  return [identityName(prefix), midWord].map((name) =>
    name ? `${name.replaceAll(/[\\%_]/g, String.raw`\$&`)}%` : null,
  );
}
