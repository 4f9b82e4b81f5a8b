import type { InjectOptions } from 'light-my-request';
import { bearer, both, json, keep, PASSWORD, type Answer, type TestServer } from './server.js';

/** An application as clients name it. */
export interface Tenant {
  id: string;
  key: string;
  host: string;
}

/** What clients read of an answer. */
export type WireAnswer = Pick<Answer, 'statusCode' | 'headers' | 'body' | 'json'>;

/** Where clients knock: a server of this process, or a node somewhere behind HTTP. */
export interface Door {
  get(url: string, options?: InjectOptions): Promise<WireAnswer>;
  post(url: string, options?: InjectOptions): Promise<WireAnswer>;
}

/** One client of one wire: logs in, asks who is there, logs out. */
export interface WireClient {
  contract: string;
  logIn(door: Door, tenant: Tenant, login: string): Promise<WireAnswer>;
  tokenOf(answer: WireAnswer): string | undefined;
  /** A question that only a live token of this wire and this application is answered. */
  ask(door: Door, tenant: Tenant, token: string): Promise<WireAnswer>;
  isLive(answer: WireAnswer): boolean;
  logOut(door: Door, tenant: Tenant, token: string): Promise<WireAnswer>;
}

const atHost = ({ host }: Tenant, ...options: InjectOptions[]): InjectOptions =>
  both({ headers: { host } }, ...options);
const is200 = ({ statusCode }: WireAnswer): boolean => statusCode === 200;
const cookieOf = (answer: WireAnswer, name: string): string | undefined =>
  [answer.headers['set-cookie'] ?? []]
    .flat()
    .map((line) => new RegExp(`^${name}=([^;]+)`).exec(line)?.[1])
    .find((value) => value !== undefined);

const NATIVE: WireClient = {
  contract: 'native',
  logIn: (door, { id }, login) =>
    door.post('/api/v1/auth/login', json({ login, password: PASSWORD, applicationId: id })),
  tokenOf: (answer) => answer.json<{ token?: string }>().token,
  ask: (door, tenant, token) => door.get('/api/v1/auth/session', atHost(tenant, bearer(token))),
  isLive: is200,
  logOut: (door, tenant, token) => door.post('/api/v1/auth/logout', atHost(tenant, bearer(token))),
};

const DITTOFI: WireClient = {
  contract: 'dittofi',
  logIn: (door, tenant, login) => door.post('/v1/login', atHost(tenant, json({ username: login, password: PASSWORD }))),
  tokenOf: (answer) => cookieOf(answer, 'session-key'),
  ask: (door, tenant, token) => door.get('/v1/me', atHost(tenant, { headers: { cookie: `session-key=${token}` } })),
  isLive: is200,
  logOut: (door, tenant, token) =>
    door.get('/v1/logout_user', atHost(tenant, { headers: { cookie: `session-key=${token}` } })),
};

const BACKENDLESS: WireClient = {
  contract: 'backendless',
  logIn: (door, { id, key }, login) => door.post(`/${id}/${key}/users/login`, json({ login, password: PASSWORD })),
  tokenOf: (answer) => answer.json<{ 'user-token'?: string }>()['user-token'],
  ask: (door, { id, key }, token) => door.get(`/${id}/${key}/users/userroles`, { headers: { 'user-token': token } }),
  isLive: (answer) => is200(answer) && answer.json<string[]>().includes('AuthenticatedUser'),
  logOut: (door, { id, key }, token) => door.get(`/${id}/${key}/users/logout`, { headers: { 'user-token': token } }),
};

const rested = ({ key }: Tenant, query = ''): string => `/api/1/ce/examples/auth?key=${key}${query}`;

const RESTED: WireClient = {
  contract: 'rested',
  logIn: (door, tenant, login) =>
    door.post(rested(tenant, '&login=true'), json({ username: login, password: PASSWORD })),
  tokenOf: (answer) => cookieOf(answer, '__Secure-rested-access-token'),
  ask: (door, tenant, token) => door.get(rested(tenant), bearer(token)),
  isLive: is200,
  logOut: (door, tenant, token) => door.post(rested(tenant, '&logout=true'), bearer(token)),
};

const ELVIS: WireClient = {
  contract: 'elvis',
  logIn: (door, tenant, login) =>
    door.post('/services/apilogin', atHost(tenant, form({ username: login, password: PASSWORD }))),
  tokenOf: (answer) => answer.json<{ authToken?: string }>().authToken,
  ask: (door, tenant, token) => door.get('/services/profile', atHost(tenant, bearer(token))),
  isLive: (answer) => is200(answer) && 'username' in answer.json<object>(),
  logOut: (door, tenant, token) => door.post('/services/logout', atHost(tenant, bearer(token))),
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
export async function tokenFrom(client: WireClient, door: Door, tenant: Tenant, login: string): Promise<string> {
  const answer = await client.logIn(door, tenant, login);
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
