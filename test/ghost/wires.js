/** The contracts as their clients speak them: how a login, a question and a logout look, and where the token travels. */

/** @typedef {import('./door.js').Asked} Asked */
/** @typedef {import('./door.js').Exchange} Exchange */
/** @typedef {{ id: string, key: string, serverKey: string, host: string }} Tenant */
/** @typedef {{ name: string, id: string, password: string, isVouched: boolean, presented: string | undefined }} Credentials */
/**
 * What an answer says: of a question or a logout, whether the token lives, and who its user is (an id, or a name).
 *
 * @typedef {'live' | 'dead' | 'none'} Says
 * @typedef {object} Wire
 * @property {string} contract
 * @property {number} idleMs How long a session may be left alone.
 * @property {(tenant: Tenant, credentials: Credentials) => Asked} logIn
 * @property {(exchange: Exchange) => string | undefined} tokenOf
 * @property {boolean} takesPresented A login ends the session whose token came along.
 * @property {((tenant: Tenant, token: string) => Asked)[]} asks
 * @property {(exchange: Exchange) => { says: Says, who?: string | undefined }} read
 * @property {((tenant: Tenant, token: string) => Asked)[]} logOuts
 * @property {boolean} refusesDeadLogout
 * @property {(token: string) => Record<string, string>} carry For a proxy that hands its client's headers on.
 */

const HOUR_MS = 3_600_000;

/** @param {string} token */
export const bearer = (token) => ({ authorization: `Bearer ${token}` });
/** @param {string} name @param {string} token */
const cookie = (name, token) => ({ cookie: `${name}=${token}` });
/** @param {unknown} body */
export const json = (body) => ({ body: JSON.stringify(body), type: 'application/json' });
/** @param {Record<string, string>} fields */
export const form = (fields) => ({
  body: new URLSearchParams(fields).toString(),
  type: 'application/x-www-form-urlencoded',
});

/**
 * @param {string} path
 * @param {{ body: string, type: string }} content
 * @param {Record<string, string>} [headers]
 * @returns {Asked}
 */
export const post = (path, { body, type }, headers = {}) => ({
  method: 'POST',
  path,
  body,
  headers: { 'content-type': type, ...headers },
});

/**
 * What stands at a place of a JSON body; undefined where there is none.
 *
 * @param {Pick<Exchange, 'body'>} exchange
 * @param {...string} path
 */
export function field({ body }, ...path) {
  try {
    /** @type {unknown} */
    let found = JSON.parse(body);
    for (const name of path) found = /** @type {Record<string, unknown> | null} */ (found)?.[name];
    return found;
  } catch {
    return undefined;
  }
}

/**
 * @param {Pick<Exchange, 'body'>} exchange
 * @param {...string} path
 */
export function text(exchange, ...path) {
  const found = field(exchange, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** @param {Exchange} exchange @param {string} name */
const cookieOf = ({ headers }, name) =>
  headers['set-cookie']?.map((line) => new RegExp(`^${name}=([^;]+)`).exec(line)?.[1]).find(Boolean);

/** @param {(exchange: Exchange) => string | undefined} who @returns {Wire['read']} */
const byStatus = (who) => (exchange) => {
  if (exchange.status === 200) return { says: 'live', who: who(exchange) };
  return { says: exchange.status === 401 ? 'dead' : 'none' };
};

/** @type {Wire} */
const NATIVE = {
  contract: 'native',
  idleMs: HOUR_MS,
  takesPresented: true,
  logIn: ({ id }, { name, password, presented }) =>
    post('/api/v1/auth/login', json({ login: name, password, applicationId: id }), presented ? bearer(presented) : {}),
  tokenOf: (exchange) => text(exchange, 'token'),
  asks: [
    (_, token) => ({ path: '/api/v1/auth/session', headers: bearer(token) }),
    (_, token) => ({ path: '/api/v1/auth/session', headers: cookie('__Host-curfew', token) }),
    (_, token) => ({ path: '/api/v1/profile', headers: bearer(token) }),
  ],
  read: byStatus((exchange) => text(exchange, 'user', 'id') ?? text(exchange, 'id')),
  logOuts: [
    (_, token) => post('/api/v1/auth/logout', json({}), bearer(token)),
    (_, token) => post('/api/v1/auth/logout', json({ scope: 'this' }), cookie('__Host-curfew', token)),
  ],
  refusesDeadLogout: false,
  carry: bearer,
};

/** @param {string} host @param {Record<string, string>} headers */
const at = (host, headers = {}) => ({ host, ...headers });

/** @type {Wire} */
const DITTOFI = {
  contract: 'dittofi',
  idleMs: 30 * 24 * HOUR_MS,
  takesPresented: true,
  logIn: ({ host }, { name, password, presented }) =>
    post('/v1/login', json({ username: name, password }), at(host, presented ? cookie('session-key', presented) : {})),
  tokenOf: (exchange) => cookieOf(exchange, 'session-key'),
  asks: [
    ({ host }, token) => ({ path: '/v1/me', headers: at(host, cookie('session-key', token)) }),
    ({ host }, token) => ({ path: '/iapi/v1/me', headers: at(host, cookie('session-key', token)) }),
  ],
  read: byStatus((exchange) => text(exchange, 'data', 'id')),
  logOuts: ['/v1/logout_user', '/iapi/v1/logout'].map((path) => ({ host }, token) => ({
    path,
    headers: at(host, cookie('session-key', token)),
  })),
  refusesDeadLogout: false,
  carry: (token) => cookie('session-key', token),
};

const DEAD_TOKEN = 3064;

/** @type {Wire} */
const BACKENDLESS = {
  contract: 'backendless',
  idleMs: HOUR_MS,
  takesPresented: false,
  // Server code logs its users in without their passwords, which costs no hash.
  logIn: ({ id, key, serverKey }, { name, password, id: objectId, isVouched }) =>
    isVouched
      ? post(`/${id}/${serverKey}/users/login`, json({ objectId }))
      : post(`/${id}/${key}/users/login`, json({ login: name, password })),
  tokenOf: (exchange) => text(exchange, 'user-token'),
  asks: [
    ({ id, key }, token) => ({ path: `/${id}/${key}/users/userroles`, headers: { 'user-token': token } }),
    ({ id, key }, token) => ({ path: `/${id}/${key}/users/isvalidusertoken/${token}` }),
  ],
  read: (exchange) => {
    const { status, body } = exchange;
    if (status === 200) {
      if (body === 'true' || body.includes('"AuthenticatedUser"')) return { says: 'live' };
      return { says: body === 'false' ? 'dead' : 'none' };
    }
    return { says: status === 400 && field(exchange, 'code') === DEAD_TOKEN ? 'dead' : 'none' };
  },
  logOuts: [({ id, key }, token) => ({ path: `/${id}/${key}/users/logout`, headers: { 'user-token': token } })],
  refusesDeadLogout: true,
  carry: (token) => ({ 'user-token': token }),
};

/** @param {Tenant} tenant @param {string} query */
const rested = ({ key }, query = '') => `/api/1/ce/examples/auth?key=${key}${query}`;
const RESTED_COOKIE = '__Secure-rested-access-token';

/** @type {Wire} */
const RESTED = {
  contract: 'rested',
  idleMs: 24 * HOUR_MS,
  takesPresented: true,
  logIn: (tenant, { name, password, presented }) =>
    post(
      rested(tenant, '&login=true'),
      json({ username: name, password }),
      presented ? cookie(RESTED_COOKIE, presented) : {},
    ),
  tokenOf: (exchange) => cookieOf(exchange, RESTED_COOKIE),
  asks: [
    (tenant, token) => ({ path: rested(tenant), headers: cookie(RESTED_COOKIE, token) }),
    (tenant, token) => ({ path: rested(tenant), headers: { authorization: token } }),
  ],
  read: byStatus((exchange) => text(exchange, 'uniqueId')),
  logOuts: [
    (tenant, token) => ({
      method: 'POST',
      path: rested(tenant, '&logout=true'),
      headers: cookie(RESTED_COOKIE, token),
    }),
    (tenant, token) => ({ method: 'POST', path: rested(tenant, '&logout=true'), headers: bearer(token) }),
  ],
  refusesDeadLogout: false,
  carry: (token) => cookie(RESTED_COOKIE, token),
};

/** @type {Wire} */
const ELVIS = {
  contract: 'elvis',
  idleMs: HOUR_MS / 2,
  takesPresented: false,
  logIn: ({ host }, { name, password }) => post('/services/apilogin', form({ username: name, password }), at(host)),
  tokenOf: (exchange) => text(exchange, 'authToken'),
  asks: [
    ({ host }, token) => ({ path: '/services/profile', headers: at(host, bearer(token)) }),
    ({ host }, token) => ({ path: '/services/profile', headers: at(host, cookie('authToken', token)) }),
    ({ host }, token) => ({ path: `/services/profile;jsessionid=${token}`, headers: at(host) }),
  ],
  read: (exchange) => {
    if (exchange.status !== 200) return { says: 'none' };
    const who = text(exchange, 'username');
    if (who !== undefined) return { says: 'live', who };
    return { says: field(exchange, 'errorcode') === 401 ? 'dead' : 'none' };
  },
  logOuts: [
    ({ host }, token) => ({ method: 'POST', path: '/services/logout', headers: at(host, bearer(token)) }),
    ({ host }, token) => ({ path: '/logout', headers: at(host, bearer(token)) }),
  ],
  refusesDeadLogout: false,
  carry: (token) => cookie('authToken', token),
};

/** Our own routes and every wire. */
export const WIRES = [NATIVE, DITTOFI, BACKENDLESS, RESTED, ELVIS];

/** @param {string} contract */
export function wireOf(contract) {
  const wire = WIRES.find((each) => each.contract === contract);
  if (!wire) throw new Error(`There is no wire ${contract}.`);
  return wire;
}
