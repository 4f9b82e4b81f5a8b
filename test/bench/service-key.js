/** A key with which services ask, put into the table as the server would put it. */
import { hash, randomBytes } from 'node:crypto';

/**
 * Of all applications.
 *
 * @param {(text: string, values: unknown[]) => Promise<unknown>} query
 * @param {readonly string[]} scopes
 */
export async function makeServiceKey(query, scopes) {
  const [id, secret] = [randomBytes(16), randomBytes(32)];
  await query(`insert into service_keys (id, name, scopes, secret_hash) values ($1, $2, $3, $4)`, [
    id.toString('hex'),
    scopes.join(' '),
    scopes,
    hash('sha256', secret, 'buffer'),
  ]);
  return `cfk_${Buffer.concat([id, secret]).toString('base64url')}`;
}
