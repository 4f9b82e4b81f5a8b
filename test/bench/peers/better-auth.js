/** better-auth: its own routes, on its own tables. */
import { join } from 'node:path';
import { argon2Hash, cookieOf, PASSWORD, SECRET, signed, USERS } from './peer.js';

const ORIGIN = { origin: 'http://bench.test' };

/** @type {import('./peer.js').Peer} */
export const betterAuth = {
  label: 'better-auth',
  does: 'GET /api/auth/get-session through its handler for node:http: reads the session by its token, then the user; cookie cache off, rate limit off, pool of ten',
  script: join(import.meta.dirname, 'better-auth-server.js'),
  environment: { SECRET, ORIGIN: ORIGIN.origin },
  alivePath: '/api/auth/ok',
  fill: [
    `insert into "user" (id, name, email, "emailVerified", "createdAt", "updatedAt")
     select left(encode(sha256(n::text::bytea), 'hex'), 32), 'user' || n, 'user' || n || '@example.test', true, now(), now()
     from generate_series(1, ${USERS}) as n`,
    `insert into account (id, "accountId", "providerId", "userId", "createdAt", "updatedAt")
     select id, id, 'credential', id, now(), now() from "user"`,
  ],
  startSessions: `
    with fresh as (
      insert into session (id, token, "userId", "expiresAt", "createdAt", "updatedAt", "ipAddress", "userAgent")
      select translate(gen_random_uuid()::text, '-', ''), translate(gen_random_uuid()::text, '-', ''), "user".id,
             now() + interval '7 days', now(), now(), '203.0.113.7', 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101'
      from generate_series($1::integer, $2::integer) as n join "user" on name = 'user' || n,
           generate_series(1, $3::integer) as turn
      returning "userId", token)
    select substr("user".name, 5)::integer as place, token from fresh join "user" on "user".id = "userId" order by place`,
  givePasswords: async (cost) => [
    `update account set password = $2
     from generate_series(1, $1::integer) as n join "user" on name = 'user' || n where "userId" = "user".id`,
    [await argon2Hash(cost)],
  ],
  carry: (token) => ({ ...ORIGIN, cookie: `better-auth.session_token=${encodeURIComponent(signed(token))}` }),
  check: { path: '/api/auth/get-session' },
  login: (name) => ({
    method: 'POST',
    path: '/api/auth/sign-in/email',
    headers: ORIGIN,
    body: { email: `${name}@example.test`, password: PASSWORD },
  }),
  carryFrom: (answer) => ({ ...ORIGIN, ...cookieOf(answer) }),
  logOut: { method: 'POST', path: '/api/auth/sign-out', body: {} },
  logOutEverywhere: { method: 'POST', path: '/api/auth/revoke-sessions', body: {} },
  // It refuses with 200 and no session.
  refusal: { status: 200, body: /^null$/ },
};
