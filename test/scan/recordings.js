/** Requests as clients write them to the wire: what zzuf is given. */
import pLimit from 'p-limit';
import { bearer, form, json, post, WIRES } from '../ghost/wires.js';

/** @typedef {import('../ghost/door.js').Asked} Asked */
/** @typedef {import('./stage.js').Stage} Stage */
/**
 * `make` answers the request whenever it is needed anew: of those that end a session each is made with one of its own.
 * @typedef {{ name: string, make: () => Promise<Buffer> }} Recording
 */

/** No scan speaks for those behind: see bystanders.js. */
const LEAVING = 7;

/** @param {Stage} stage @returns {Promise<Recording[]>} */
export async function recordingsOf(stage) {
  const lasting = [...logins(stage), ...(await questions(stage)), ...(await services(stage)), ...pages(stage)];
  return [
    ...lasting.map(({ name, asked }) => ({ name, make: async () => rawOf(asked) })),
    ...endings(stage).map(({ name, make }) => ({ name, make: async () => rawOf(await make()) })),
  ];
}

/** @param {Asked} asked */
export function rawOf({ method = 'GET', path, headers = {}, body }) {
  const { host = 'sessions.example.test', ...others } = headers;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const lines = Object.entries({ host, connection: 'close', 'user-agent': 'scan/1.0', ...others, ...length });
  const head = [`${method} ${path} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`)];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body ?? ''}`);
}

/** @param {Stage} stage */
function logins(stage) {
  const user = stage.user(0);
  const offered = stage.credentialsOf(user);
  const cred = Buffer.from(`${offered.name}:${offered.password}`).toString('base64');
  const headers = { host: user.tenant.host };
  return [
    ...WIRES.map(({ contract, logIn }) => ({ name: `${contract} login`, asked: logIn(user.tenant, offered) })),
    { name: 'elvis cookie login', asked: post('/services/login', form({ cred, returnProfile: 'true' }), headers) },
  ];
}

/** @param {Stage} stage */
async function questions(stage) {
  const alive = await Promise.all(WIRES.map((wire, place) => stage.logIn(wire, stage.user(place + 1))));
  const own = bearer(alive[0] ?? '');
  return [
    ...WIRES.flatMap(({ contract, asks }, place) =>
      asks.map((ask, way) => ({
        name: `${contract} check ${way + 1}`,
        asked: ask(stage.user(place + 1).tenant, alive[place] ?? ''),
      })),
    ),
    { name: 'own sessions', asked: { path: '/api/v1/sessions?limit=10', headers: own } },
    {
      name: 'own profile',
      asked: { ...post('/api/v1/profile', json({ displayName: 'Grey Heron' }), own), method: 'PATCH' },
    },
    { name: 'forward-auth', asked: { path: '/api/v1/forward-auth?role=editor', headers: { ...own, ...FORWARDED } } },
  ];
}

const FORWARDED = {
  'x-forwarded-for': '203.0.113.7',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'app.example.test',
  'x-forwarded-uri': '/page?of=one',
  'x-forwarded-method': 'GET',
};

/** @param {Stage} stage */
async function services(stage) {
  const [native] = WIRES;
  const token = native ? await stage.logIn(native, stage.user(LEAVING + 1)) : '';
  const key = bearer(stage.world.key);
  const administrator = bearer(await stage.adminToken());
  const lists = [
    'users?loginPrefix=gh&total=exact',
    'sessions?contract=native&browser=Lynx',
    'audit?outcome=ok',
    'applications',
    'service-keys',
    'webhooks',
    'jobs',
    'statistics',
    'history?at=2026-01-01T00:00:00Z',
  ];
  return [
    { name: 'introspection', asked: post('/oauth2/introspect', form({ token, token_type_hint: 'access_token' }), key) },
    { name: 'tokens at once', asked: post('/api/v1/sessions/introspect', json({ tokens: [token] }), key) },
    { name: 'events', asked: { path: '/api/v1/events?limit=5', headers: key } },
    ...lists.map((list) => ({
      name: `list of ${/^[\w-]+/.exec(list)?.[0]}`,
      asked: { path: `/api/v1/admin/${list}`, headers: administrator },
    })),
  ];
}

/** @param {Stage} stage */
function pages(stage) {
  const code = `cfl_${'A'.repeat(86)}`;
  return [
    {
      name: 'page for passwords',
      asked: post('/password', form({ code, newPassword: 'seven silent owls at midnight' })),
    },
    {
      name: 'logout page',
      asked: { path: '/logout?logoutSuccessUrl=/bye', headers: { host: stage.user(0).tenant.host } },
    },
    { name: 'document', asked: { path: '/docs/json' } },
    { name: 'preflight', asked: { method: 'OPTIONS', path: '/api/v1/auth/session', headers: PREFLIGHT } },
  ];
}

const PREFLIGHT = { origin: 'https://app.example.test', 'access-control-request-method': 'GET' };

/** @param {Stage} stage */
function endings(stage) {
  const user = stage.user(LEAVING);
  const [native] = WIRES;
  // One after the other, as a user does: many at once would wait for each other for too long.
  const turn = pLimit(1);
  const entered = (/** @type {import('../ghost/wires.js').Wire} */ wire) => turn(() => stage.logIn(wire, user));
  const leaving = WIRES.flatMap((wire) =>
    wire.logOuts.map((logOut, way) => ({
      name: `${wire.contract} logout ${way + 1}`,
      make: async () => logOut(user.tenant, await entered(wire)),
    })),
  );
  if (!native) return leaving;
  const key = bearer(stage.world.key);
  return [
    ...leaving,
    { name: 'rotation', make: async () => post('/api/v1/auth/rotate', json({}), bearer(await entered(native))) },
    { name: 'revocation', make: async () => post('/oauth2/revoke', form({ token: await entered(native) }), key) },
  ];
}
