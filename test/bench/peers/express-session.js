/** express-session with connect-pg-simple and Passport, with the store's touch as it comes, and without. */
import { join } from 'node:path';
import { argon2Hash, cookieOf, PASSWORD, SECRET, signed, USERS } from './peer.js';

/** @typedef {import('./peer.js').Peer} Peer */

/** @type {Peer} */
export const expressSession = {
  label: 'express-session + Passport',
  does: 'express-session over connect-pg-simple: reads the session row, Passport asks for the user by id, and the store writes the new expiry (its touch, on by default); `resave: false`, `saveUninitialized: false`, one pool of ten, NODE_ENV=production',
  script: join(import.meta.dirname, 'express-session-server.js'),
  environment: { SECRET },
  alivePath: '/alive',
  fill: [`insert into users (username) select 'user' || n from generate_series(1, ${USERS}) as n`],
  startSessions: `
    with owners as (
      select n, users.id, translate(encode(substr(sha256(uuid_send(gen_random_uuid())), 1, 24), 'base64'), '+/', '-_') as sid
      from generate_series($1::integer, $2::integer) as n join users on username = 'user' || n,
           generate_series(1, $3::integer) as turn),
    fresh as (
      insert into session (sid, sess, expire)
      select sid, json_build_object(
               'cookie', json_build_object('originalMaxAge', 3600000, 'expires',
                 to_char(now() at time zone 'UTC' + interval '1 hour', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'httpOnly', true, 'path', '/'),
               'passport', json_build_object('user', id)), now() + interval '1 hour'
      from owners)
    select n as place, sid as token from owners order by n`,
  givePasswords: async (cost) => [
    `update users set password_hash = $2 from generate_series(1, $1::integer) as n where username = 'user' || n`,
    [await argon2Hash(cost)],
  ],
  carry: (sid) => ({ cookie: `connect.sid=${encodeURIComponent(`s:${signed(sid).replace(/=+$/, '')}`)}` }),
  check: { path: '/session' },
  login: (name) => ({ method: 'POST', path: '/login', body: { username: name, password: PASSWORD } }),
  carryFrom: cookieOf,
  logOut: { method: 'POST', path: '/logout' },
  refusal: { status: 401 },
};

/** @type {Peer} */
export const expressSessionUntouched = {
  ...expressSession,
  label: 'express-session + Passport, no touch',
  does: 'the same with `disableTouch`: no write with a check, and so no idle limit',
  environment: { SECRET, TOUCH: 'off' },
};
