import type { Api } from './api.js';
import { CommandFailure } from './command-failure.js';
import { isId } from './known-id.js';

/** A user as the API shows them. */
export interface User {
  id: string;
  applicationId: string;
  username: string;
  email: string | null;
  displayName: string | null;
  status: 'active' | 'disabled';
  roles: string[];
  createdAt: string;
  lastLoginAt?: string | null;
}

/** The user named by their id, or by a sign-in name in any case. Throws CommandFailure where there is none. */
export async function findUser(api: Api, named: string, applicationId?: string): Promise<User> {
  if (isId(named)) return api.ask<User>('GET', `/admin/users/${named.toLowerCase()}`, { query: { applicationId } });
  const { users } = await api.ask<{ users: User[] }>('GET', '/admin/users', { query: { login: named, applicationId } });
  if (users[0]) return users[0];
  throw new CommandFailure(
    `There is no user ${JSON.stringify(named)}${applicationId ? ' in that application' : ''}; \`curfew users list\` shows who there is.`,
  );
}
