import type { TextRow } from '../database/store.js';
import { instantOf } from './instant.js';
import type { Principal } from './principal.js';

/** What a statement selects besides, for wires that show people to themselves. */
export const USER_COLUMNS = `
  users.email, users.display_name, users.is_guest, users.properties, users.password_version, users.created_at, users.updated_at`;

/** A user as a check saw them: no second look at the store is needed to show people to themselves. */
export interface ArrivedUser {
  readonly id: string;
  readonly applicationId: string;
  readonly username: string;
  readonly email: string | null;
  readonly displayName: string | null;
  readonly status: 'active';
  readonly isGuest: boolean;
  readonly roles: string[];
  readonly passwordVersion: number;
  readonly properties: Record<string, unknown>;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The user behind a session that was admitted. */
export function arrivedUser(session: Principal, userRow: TextRow): ArrivedUser {
  const [email, displayName, isGuest, properties, passwordVersion, createdAt, updatedAt] = userRow;
  return {
    id: session.userId,
    applicationId: session.applicationId,
    username: session.username,
    email: email ?? null,
    displayName: displayName ?? null,
    status: 'active',
    isGuest: isGuest === 't',
    roles: [...session.roles],
    passwordVersion: Number(passwordVersion),
    properties: JSON.parse(properties!) as Record<string, unknown>,
    createdAt: new Date(instantOf(createdAt!)),
    updatedAt: new Date(instantOf(updatedAt!)),
  };
}
