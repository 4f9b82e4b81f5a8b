import type { Statement, TextRow } from '../database/store.js';
import type { User } from './user.entity.js';

/** The user whom a name belongs to, by the application's id and the name's one form. Asked by every login: prepared once. */
export const USER_BY_IDENTITY: Statement = {
  name: 'user-by-identity',
  text: `
    select users.id, users.application_id, users.username, users.email, users.display_name, users.status, users.is_guest,
      to_json(users.roles), users.password_hash, users.password_version, users.properties,
      floor(extract(epoch from users.created_at) * 1000), floor(extract(epoch from users.updated_at) * 1000)
    from identities join users on users.id = identities.user_id
    where identities.application_id = $1 and identities.name = $2`,
};

export function userOf(row: TextRow): User {
  const [id, applicationId, username, email, displayName, status, isGuest, roles, passwordHash, ...rest] = row;
  const [passwordVersion, properties, createdAt, updatedAt] = rest;
  return {
    id: id!,
    applicationId: applicationId!,
    username: username!,
    email: email ?? null,
    displayName: displayName ?? null,
    status: status as User['status'],
    isGuest: isGuest === 't',
    roles: JSON.parse(roles!) as string[],
    passwordHash: passwordHash ?? null,
    passwordVersion: Number(passwordVersion),
    properties: JSON.parse(properties!) as Record<string, unknown>,
    createdAt: new Date(Number(createdAt)),
    updatedAt: new Date(Number(updatedAt)),
  };
}
