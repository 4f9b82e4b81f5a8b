/** Where input reaches the database or a redirect: every request as its clients send it, with a `*` where sqlmap writes. */
import { bearer, form, json, post, WIRES } from '../ghost/wires.js';

/** @typedef {import('../ghost/door.js').Asked} Asked */
/** @typedef {import('./stage.js').Stage} Stage */
/** @typedef {{ name: string, asked: Asked, isBase64?: boolean }} Place `isBase64`: what is written travels so. */

const MARK = '*';

/** @param {Stage} stage @returns {Promise<Place[]>} */
export async function placesOf(stage) {
  return [...logins(stage), ...keys(stage), ...(await tokens(stage)), ...redirects(stage)];
}

/** @param {Stage} stage @returns {Place[]} */
function logins(stage) {
  const user = stage.user(0);
  const offered = stage.credentialsOf(user);
  const { host, id: applicationId } = user.tenant;
  const native = post('/api/v1/auth/login', json({ login: offered.name, password: offered.password, applicationId }));
  const cred = Buffer.from(`${offered.name}:${offered.password}`).toString('base64');
  return [
    ...WIRES.flatMap(({ contract, logIn }) => [
      { name: `${contract}: login`, asked: logIn(user.tenant, { ...offered, name: offered.name + MARK }) },
      { name: `${contract}: password`, asked: logIn(user.tenant, { ...offered, password: offered.password + MARK }) },
    ]),
    { name: 'elvis: cred', asked: post('/services/login', form({ cred }), { host }), isBase64: true },
    {
      name: 'native: browser',
      asked: { ...native, headers: { ...native.headers, 'user-agent': `Mozilla/5.0${MARK}` } },
    },
    { name: 'password link: code', asked: post('/api/v1/auth/password/link', json(link(MARK))) },
    {
      name: 'backendless: identity to restore',
      asked: { path: `/${user.tenant.id}/${user.tenant.key}/users/restorepassword/${user.name}${MARK}` },
    },
  ];
}

/** @param {string} end */
const link = (end) => ({ code: `cfl_${'A'.repeat(86)}${end}`, newPassword: 'seven silent owls at midnight' });

/** @param {Stage} stage @returns {Place[]} */
function keys(stage) {
  const user = stage.user(0);
  const { tenant } = user;
  const offered = stage.credentialsOf(user);
  const named = (/** @type {string} */ contract, /** @type {Partial<typeof tenant>} */ change) =>
    WIRES.filter((wire) => wire.contract === contract).map(({ logIn }) => logIn({ ...tenant, ...change }, offered));
  return [
    ...named('rested', { key: tenant.key + MARK }).map((asked) => ({ name: 'rested: key', asked })),
    ...named('backendless', { id: tenant.id + MARK }).map((asked) => ({ name: 'backendless: application', asked })),
    ...named('backendless', { key: tenant.key + MARK }).map((asked) => ({ name: 'backendless: key', asked })),
    ...named('native', { id: tenant.id + MARK }).map((asked) => ({ name: 'native: application', asked })),
    ...named('elvis', { host: tenant.host + MARK }).map((asked) => ({ name: 'elvis: host', asked })),
  ];
}

/** Each user has sessions of one wire alone: a wire whose newest login wins ends no other's. @param {Stage} stage */
async function tokens(stage) {
  const alive = await Promise.all(WIRES.map((wire, place) => stage.logIn(wire, stage.user(place + 1))));
  const [native = ''] = alive;
  const carried = WIRES.flatMap(({ contract, asks }, place) =>
    asks.map((ask, way) => ({
      name: `${contract}: token, way ${way + 1}`,
      asked: ask(stage.user(place + 1).tenant, alive[place] + MARK),
    })),
  );
  const key = bearer(stage.world.key);
  const administrator = bearer(await stage.adminToken());
  return [
    ...carried,
    { name: 'introspection: token', asked: post('/oauth2/introspect', form({ token: native + MARK }), key) },
    {
      name: 'revocation: token',
      asked: post('/oauth2/revoke', form({ token: `${await another(stage)}${MARK}` }), key),
    },
    { name: 'introspection: service key', asked: post('/oauth2/introspect', form({ token: native }), starred(key)) },
    { name: 'tokens at once', asked: post('/api/v1/sessions/introspect', json({ tokens: [native + MARK] }), key) },
    { name: 'forward-auth: token', asked: { path: '/api/v1/forward-auth', headers: bearer(native + MARK) } },
    ...['users?login=', 'users?loginPrefix=', 'sessions?browser=', 'users?role='].map((path) => ({
      name: `administration: ${path}`,
      asked: { path: `/api/v1/admin/${path}ghost${MARK}`, headers: administrator },
    })),
  ];
}

/** A session that may end. @param {Stage} stage */
async function another(stage) {
  const [native] = WIRES;
  return native ? stage.logIn(native, stage.user(6)) : '';
}

/** @param {{ authorization: string }} headers */
const starred = ({ authorization }) => ({ authorization: authorization + MARK });

/** @param {Stage} stage @returns {Place[]} */
function redirects(stage) {
  const { host } = stage.user(0).tenant;
  return [
    {
      name: 'elvis: logoutSuccessUrl, query',
      asked: { path: `/logout?logoutSuccessUrl=/bye${MARK}`, headers: { host } },
    },
    {
      name: 'elvis: logoutSuccessUrl, form',
      asked: post('/logout', form({ logoutSuccessUrl: `/bye${MARK}` }), { host }),
    },
    {
      name: 'forward-auth: X-Forwarded-Uri',
      asked: {
        path: '/api/v1/forward-auth?login=redirect',
        headers: {
          accept: 'text/html',
          'x-forwarded-proto': 'https',
          'x-forwarded-host': host,
          'x-forwarded-uri': `/page?of=one${MARK}`,
        },
      },
    },
  ];
}
