/** Curfew itself, and the two servers one would write by hand over its tables. */
import { join } from 'node:path';
import { SERVER } from '../built.js';
import { argon2Hash, PASSWORD, USERS, USERS_WITH_SESSIONS } from './peer.js';

/** @typedef {import('./peer.js').Peer} Peer */

const BENCH = join(import.meta.dirname, '..');

/** The users with sessions are there already: TemporaryDatabase makes them. */
export const CURFEW_FILL = [
  `insert into users (id, application_id, username)
   select uuidv7(), applications.id, 'user' || n
   from applications, generate_series(${USERS_WITH_SESSIONS + 1}, ${USERS}) as n`,
  'insert into identities (application_id, name, user_id) select application_id, username, id from users',
  'vacuum analyze',
];

const START_SESSIONS = `
  with fresh as (
    insert into sessions (user_id, id, application_id, contract, secret_hash, idle_until, expires_at, ip, user_agent)
    select users.id, made.id, users.application_id, 'native', sha256(sha256(made.id::text::bytea)),
           now() + interval '1 hour', now() + interval '1 day', '203.0.113.7', 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101'
    from generate_series($1::integer, $2::integer) as n join users on users.username = 'user' || n,
         generate_series(1, $3::integer) as turn, lateral (select turn, uuidv7() as id) as made
    returning user_id, id)
  select substr(users.username, 5)::integer as place,
         'cfs_' || translate(encode(uuid_send(fresh.user_id) || uuid_send(fresh.id) || sha256(fresh.id::text::bytea), 'base64'),
                             E'+/=\\n', '-_') as token
  from fresh join users on users.id = fresh.user_id order by place`;

const WIRE = {
  fill: [],
  startSessions: START_SESSIONS,
  carry: (/** @type {string} */ token) => ({ authorization: `Bearer ${token}` }),
  check: { path: '/api/v1/auth/session' },
  refusal: { status: 401 },
};

/** @type {Peer} */
export const curfew = {
  ...WIRE,
  label: 'Curfew',
  does: 'shares one statement (sessions, users, applications) with the checks that wait beside it; nothing is cached; writes that the session was seen at most once a minute, in batches',
  script: SERVER,
  environment: { LOG_LEVEL: 'warn' },
  alivePath: '/health/live',
  givePasswords: async (cost) => [
    `update users set password_hash = $2 from generate_series(1, $1::integer) as n where username = 'user' || n`,
    [await argon2Hash(cost)],
  ],
  login: (name) => ({ method: 'POST', path: '/api/v1/auth/login', body: { login: name, password: PASSWORD } }),
  carryFrom: (_, body) => WIRE.carry(/** @type {{ token: string }} */ (JSON.parse(body)).token),
  logOut: { method: 'POST', path: '/api/v1/auth/logout' },
  logOutEverywhere: { method: 'POST', path: '/api/v1/auth/logout', body: { scope: 'all' } },
};

const PLAIN = {
  ...WIRE,
  alivePath: '/',
  end: 'delete from sessions using users where user_id = users.id and username = $1',
};

/** @type {Peer} */
export const plainSelect = {
  ...PLAIN,
  label: 'node:http, one SELECT each',
  does: 'one prepared SELECT over the same three tables per request, on a pool of ten; no framework, nothing else',
  script: join(BENCH, 'plain-select.js'),
};

/** @type {Peer} */
export const plainGathered = {
  ...PLAIN,
  label: 'node:http, gathered',
  does: 'waiting checks share a statement as in Curfew; no framework, nothing else: the limit of the design',
  script: join(BENCH, 'plain-gathered.js'),
};
