/** Users of the temporary database who can log in. */
import { argon2Hash, PASSWORD } from './peers/peer.js';

/**
 * The first so many users get a password and their name as identity. Answers what each offers at login.
 *
 * @param {import('./temporary-database.js').TemporaryDatabase} database
 * @param {number} count
 */
export async function givePasswords(database, count) {
  const ours = `(select 'user' || n from generate_series(1, ${count}) as n)`;
  await database.query(`update users set password_hash = $1 where username in ${ours}`, [await argon2Hash('full')]);
  await database.query(
    `insert into identities (application_id, name, user_id)
     select application_id, username, id from users where username in ${ours}`,
  );
  return Array.from({ length: count }, (_, place) => ({ login: `user${place + 1}`, password: PASSWORD }));
}
