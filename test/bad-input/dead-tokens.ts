import { createHash, randomBytes } from 'node:crypto';
import { parse as bytesOf, v7 as freshId } from 'uuid';
import type { TestServer } from '../server.js';
import { forged } from './surfaces.js';

/** What is stored of a token. */
function hashOf(token: string): Buffer {
  return createHash('sha256').update(bytesIn(token).subarray(32)).digest();
}

/** Catalogue group T, as far as nobody sees it by the looks: made of a live token, and dead all the same. */
export function pretenders(live: string): { title: string; token: string }[] {
  const ids = bytesIn(live).subarray(0, 32);
  const sid = ids.toString('hex', 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const withSecret = (secret: Buffer): string => `cfs_${Buffer.concat([ids, secret]).toString('base64url')}`;
  return [
    { title: 'bad T8 unknown: ids that never were', token: forged(freshId(), freshId(), randomBytes(32)) },
    { title: 'bad T8 unknown: a living session, with another secret', token: withSecret(randomBytes(32)) },
    { title: 'bad T11 the stored hash as the secret', token: withSecret(hashOf(live)) },
    {
      title: 'bad T12 the session’s id in place of all three parts',
      token: forged(sid, sid, Buffer.alloc(32, bytesOf(sid))),
    },
  ];
}

/** Ends the lifetime of a token's session a millisecond ago. */
export async function expire(server: TestServer, token: string): Promise<void> {
  await server.sql(`update sessions set expires_at = now() - interval '1 ms' where secret_hash = $1`, [hashOf(token)]);
}

/** A live session of an administrator of a second application, written by hand. */
export async function foreignToken(server: TestServer, contract: string, status = 'disabled'): Promise<string> {
  const [applicationId, userId, sessionId, secret] = [freshId(), freshId(), freshId(), randomBytes(32)];
  await server.sql(
    `insert into applications (id, name, status, created_at) values ($1, 'Other', $2, now() + interval '1 hour')`,
    [applicationId, status],
  );
  await server.sql(`insert into users (id, application_id, username, roles) values ($1, $2, 'boss', '{admin}')`, [
    userId,
    applicationId,
  ]);
  await server.sql(
    `insert into sessions (user_id, id, application_id, contract, secret_hash, idle_until, expires_at)
     values ($1, $2, $3, $4, sha256($5), now() + interval '1 hour', now() + interval '1 hour')`,
    [userId, sessionId, applicationId, contract, secret],
  );
  return forged(userId, sessionId, secret);
}

function bytesIn(token: string): Buffer {
  return Buffer.from(token.slice(4), 'base64url');
}
