/** Users of the temporary database who can log in. */
import { hash } from '@node-rs/argon2';

const PASSWORD = 'seven silent owls at midnight';
/** As the server hashes them. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * The first so many users get a password and their name as identity. Answers what each offers at login.
 *
 * @param {import('./temporary-database.js').TemporaryDatabase} database
 * @param {number} count
 */
export async function givePasswords(database, count) {
  const ours = `(select 'user' || n from generate_series(1, ${count}) as n)`;
  await database.query(`update users set password_hash = $1 where username in ${ours}`, [await hash(PASSWORD, COST)]);
  await database.query(
    `insert into identities (application_id, name, user_id)
     select application_id, username, id from users where username in ${ours}`,
  );
  return Array.from({ length: count }, (_, place) => ({ login: `user${place + 1}`, password: PASSWORD }));
}
