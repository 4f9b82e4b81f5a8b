import type { InjectOptions } from 'light-my-request';
import { bearer, both, json, keep, PASSWORD, type Answer, type TestServer } from './server.js';

/** An application as clients name it. */
export interface Tenant {
  id: string;
  key: string;
  host: string;
}

/** One client of one wire: logs in, asks who is there, logs out. */
export interface WireClient {
  contract: string;
  logIn(server: TestServer, tenant: Tenant, login: string): Promise<Answer>;
  tokenOf(answer: Answer): string | undefined;
  /** A question that only a live token of this wire and this application is answered. */
  ask(server: TestServer, tenant: Tenant, token: string): Promise<Answer>;
  isLive(answer: Answer): boolean;
  logOut(server: TestServer, tenant: Tenant, token: string): Promise<Answer>;
}

const atHost = ({ host }: Tenant, ...options: InjectOptions[]): InjectOptions =>
  both({ headers: { host } }, ...options);
const is200 = ({ statusCode }: Answer): boolean => statusCode === 200;
const cookieOf = (answer: Answer, name: string): string | undefined =>
  [answer.headers['set-cookie'] ?? []]
    .flat()
    .map((line) => new RegExp(`^${name}=([^;]+)`).exec(line)?.[1])
    .find((value) => value !== undefined);

const NATIVE: WireClient = {
  contract: 'native',
  logIn: (server, { id }, login) =>
    server.post('/api/v1/auth/login', json({ login, password: PASSWORD, applicationId: id })),
  tokenOf: (answer) => answer.json<{ token?: string }>().token,
  ask: (server, tenant, token) => server.get('/api/v1/auth/session', atHost(tenant, bearer(token))),
  isLive: is200,
  logOut: (server, tenant, token) => server.post('/api/v1/auth/logout', atHost(tenant, bearer(token))),
};

const DITTOFI: WireClient = {
  contract: 'dittofi',
  logIn: (server, tenant, login) =>
    server.post('/v1/login', atHost(tenant, json({ username: login, password: PASSWORD }))),
  tokenOf: (answer) => cookieOf(answer, 'session-key'),
  ask: (server, tenant, token) => server.get('/v1/me', atHost(tenant, { headers: { cookie: `session-key=${token}` } })),
  isLive: is200,
  logOut: (server, tenant, token) =>
    server.get('/v1/logout_user', atHost(tenant, { headers: { cookie: `session-key=${token}` } })),
};

const BACKENDLESS: WireClient = {
  contract: 'backendless',
  logIn: (server, { id, key }, login) => server.post(`/${id}/${key}/users/login`, json({ login, password: PASSWORD })),
  tokenOf: (answer) => answer.json<{ 'user-token'?: string }>()['user-token'],
  ask: (server, { id, key }, token) =>
    server.get(`/${id}/${key}/users/userroles`, { headers: { 'user-token': token } }),
  isLive: (answer) => is200(answer) && answer.json<string[]>().includes('AuthenticatedUser'),
  logOut: (server, { id, key }, token) =>
    server.get(`/${id}/${key}/users/logout`, { headers: { 'user-token': token } }),
};

const rested = ({ key }: Tenant, query = ''): string => `/api/1/ce/examples/auth?key=${key}${query}`;

const RESTED: WireClient = {
  contract: 'rested',
  logIn: (server, tenant, login) =>
    server.post(rested(tenant, '&login=true'), json({ username: login, password: PASSWORD })),
  tokenOf: (answer) => cookieOf(answer, '__Secure-rested-access-token'),
  ask: (server, tenant, token) => server.get(rested(tenant), bearer(token)),
  isLive: is200,
  logOut: (server, tenant, token) => server.post(rested(tenant, '&logout=true'), bearer(token)),
};

const ELVIS: WireClient = {
  contract: 'elvis',
  logIn: (server, tenant, login) =>
    server.post('/services/apilogin', atHost(tenant, form({ username: login, password: PASSWORD }))),
  tokenOf: (answer) => answer.json<{ authToken?: string }>().authToken,
  ask: (server, tenant, token) => server.get('/services/profile', atHost(tenant, bearer(token))),
  isLive: (answer) => is200(answer) && 'username' in answer.json<object>(),
  logOut: (server, tenant, token) => server.post('/services/logout', atHost(tenant, bearer(token))),
};

/** Our own routes and every wire. */
export const WIRE_CLIENTS: WireClient[] = [NATIVE, DITTOFI, BACKENDLESS, RESTED, ELVIS];

/** An application that every wire can name, made by the administrator. */
export async function makeTenant(server: TestServer, name: string, settings: object = {}): Promise<Tenant> {
  const { token } = await server.logInAdmin();
  const host = `${name}.example.test`;
  const endpoints = [
    { name: 'examples/auth', kind: 'authentication' },
    { name: 'examples/notes', kind: 'records', isSecure: true },
  ];
  const made = await server.post(
    '/api/v1/admin/applications',
    both(bearer(token), json({ name, hosts: [host], endpoints, ...settings })),
  );
  if (made.statusCode !== 201) throw new Error(`makeTenant: ${made.body}`);
  const { id, keys } = made.json<{ id: string; keys: { key: string }[] }>();
  return { id, key: keys[0]!.key, host };
}

/** A user of one application, with the password of all test users; the id. */
export async function makeUser(server: TestServer, { id }: Tenant, username: string): Promise<string> {
  const { token } = await server.logInAdmin();
  const made = await server.post(
    `/api/v1/admin/users?applicationId=${id}`,
    both(bearer(token), json({ username, password: PASSWORD })),
  );
  if (made.statusCode !== 201) throw new Error(`makeUser: ${made.body}`);
  return made.json<{ id: string }>().id;
}

/** Logs in over a wire; the token in the form in which our own routes take it as bearer. */
export async function tokenFrom(
  client: WireClient,
  server: TestServer,
  tenant: Tenant,
  login: string,
): Promise<string> {
  const answer = await client.logIn(server, tenant, login);
  const token = client.tokenOf(answer);
  if (token === undefined) throw new Error(`${client.contract} login: ${answer.statusCode} ${answer.body}`);
  keep(token);
  return token;
}

function form(fields: Record<string, string>): InjectOptions {
  return {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(fields).toString(),
  };
}
