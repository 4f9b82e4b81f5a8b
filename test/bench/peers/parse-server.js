/** Parse Server: its own routes, on its own tables. */
import { join } from 'node:path';
import { send } from '../requests.js';
import { PASSWORD, SECRET, USERS } from './peer.js';

const APPLICATION = { 'x-parse-application-id': 'bench' };
const BCRYPT_ROUNDS = { full: 10, least: 4 };

/** @type {import('./peer.js').Peer} */
export const parseServer = {
  label: 'Parse Server',
  does: 'GET /parse/users/me with X-Parse-Session-Token, its five seconds of cached users left on; with an index on `_Session."sessionToken"`, which Parse Server itself does not make: without it each check reads the whole table. It answers the user and no facts of the session',
  script: join(import.meta.dirname, 'parse-server-server.js'),
  environment: { SECRET, PARSE_SERVER_LOGS_FOLDER: 'null' },
  alivePath: '/parse/health',
  // The table of sessions is made by the first sign-up.
  prepare: async (origin) => {
    const body = { username: 'founder', password: PASSWORD };
    await send(origin, { method: 'POST', path: '/parse/users', headers: APPLICATION, body });
  },
  fill: [
    'create extension pgcrypto',
    'create index on "_Session" ("sessionToken")',
    `insert into "_User" ("objectId", "createdAt", "updatedAt", username, _rperm, _wperm)
     select id, now(), now(), 'user' || n, array['*', id], array[id]
     from generate_series(1, ${USERS}) as n, lateral (select left(encode(sha256(n::text::bytea), 'hex'), 10) as id) as made`,
  ],
  startSessions: `
    with fresh as (
      insert into "_Session" ("objectId", "createdAt", "updatedAt", "user", "sessionToken", "expiresAt", "createdWith")
      select left(translate(gen_random_uuid()::text, '-', ''), 20), now(), now(), "_User"."objectId",
             'r:' || translate(gen_random_uuid()::text, '-', ''), now() + interval '1 year',
             '{"action": "login", "authProvider": "password"}'
      from generate_series($1::integer, $2::integer) as n join "_User" on username = 'user' || n,
           generate_series(1, $3::integer) as turn
      returning "user", "sessionToken")
    select substr(username, 5)::integer as place, "sessionToken" as token
    from fresh join "_User" on "objectId" = "user" order by place`,
  givePasswords: async (cost) => [
    `with made as materialized (select crypt($2, gen_salt('bf', $3)) as hash)
     update "_User" set _hashed_password = hash
     from made, generate_series(1, $1::integer) as n where username = 'user' || n`,
    [PASSWORD, BCRYPT_ROUNDS[cost]],
  ],
  carry: (token) => ({ ...APPLICATION, 'x-parse-session-token': token }),
  check: { path: '/parse/users/me' },
  login: (name) => ({
    method: 'POST',
    path: '/parse/login',
    headers: APPLICATION,
    body: { username: name, password: PASSWORD },
  }),
  carryFrom: (_, body) => parseServer.carry(/** @type {{ sessionToken: string }} */ (JSON.parse(body)).sessionToken),
  logOut: { method: 'POST', path: '/parse/logout', body: {} },
  refusal: { status: 400, body: /"code":209/ },
};
