import { ENDPOINT_ROUTES, OPEN } from '../open-routes.js';
import type { RawAnswer } from '../raw-request.js';
import { json, keep, PASSWORD, type TestServer } from '../server.js';
import type { Surface } from './catalogue.js';
import { liveTokens, SURFACE_KEY } from './surfaces.js';

const NOBODY = '00000000-0000-7000-8000-000000000000';
const RESTED_QUERY = `?key=${SURFACE_KEY}&uniqueId=${'0'.repeat(32)}`;

const PLACES: [RegExp, Surface][] = [
  [/^\/api\/v1\/admin\/webhooks/, 'webhooks'],
  [/^\/(?:api\/v1\/admin\/|metrics)/, 'administration'],
  [/^\/api\/v1\/forward-auth/, 'forward-auth'],
  [/^\/api\/v1\/events/, 'events'],
  [/^\/(?:oauth2\/|\.well-known\/|api\/v1\/sessions\/introspect)/, 'services'],
  [/^\/(?:api\/v1\/|password|health\/)/, 'native'],
  [/^\/(?:iapi\/)?v1\//, 'dittofi'],
  [/^\/api\/1\/ce\//, 'rested'],
  [/^\/api\/(?:users|data|info|log)\b/, 'backendless'],
  [/^\/(?:services\/|logout|alive\.txt)/, 'elvis'],
];

/** The surface that a path belongs to. */
export function surfaceOf(path: string): Surface {
  const place = PLACES.find(([pattern]) => pattern.test(path));
  if (!place) throw new Error(`${path} belongs to no surface`);
  return place[1];
}

/** One who is known at a surface, and where their token travels. */
export interface Visitor {
  name: string;
  surface: Surface;
  live: string;
  /** The header line that carries a token. */
  carry: (token: string) => string;
  /** Routes that are closed to strangers, as `GET /api/v1/profile`, with an id that nobody has. */
  guarded: string[];
}

/** Whether an answer says that nobody is there. */
export function isRefusedAsStranger({ status, body }: RawAnswer): boolean {
  return status === 401 || (status === 400 && (JSON.parse(body) as { code?: number }).code === 3064);
}

const asBearer = (token: string): string => `Authorization: Bearer ${token}`;
const asCookie =
  (name: string) =>
  (token: string): string =>
    `Cookie: ${name}=${token}`;

/** A visitor for every place of every surface in which a token travels; all but the administrator are one ordinary user. */
export async function visitorsOf(server: TestServer, login: string): Promise<Visitor[]> {
  const live = await liveTokens(server, login);
  const backendless = await backendlessToken(server, login);
  const { token: admin } = await server.logInAdmin();
  const key = await server.serviceKey(['introspect', 'revoke', 'events']);
  const routes = guardedRoutes(server);
  const at = (surface: Surface, name: string, token: string, carry: Visitor['carry']): Visitor => ({
    name: `${surface}: ${name}`,
    surface,
    live: token,
    carry,
    guarded: routes(surface),
  });
  return [
    at('native', 'bearer', live.native, asBearer),
    at('native', 'cookie', live.native, asCookie('__Host-curfew')),
    at('administration', 'bearer', admin, asBearer),
    at('administration', 'cookie', admin, asCookie('__Host-curfew')),
    at('webhooks', 'bearer', admin, asBearer),
    at('forward-auth', 'bearer', live.native, asBearer),
    at('forward-auth', 'cookie', live.native, asCookie('__Host-curfew')),
    at('events', 'service key', key, asBearer),
    at('services', 'service key', key, asBearer),
    at('dittofi', 'cookie', live.dittofi, asCookie('session-key')),
    at('rested', 'cookie', live.rested, asCookie('__Secure-rested-access-token')),
    at('rested', 'header', live.rested, (token) => `Authorization: ${token}`),
    at('elvis', 'bearer', live.elvis, asBearer),
    at('elvis', 'cookie', live.elvis, asCookie('authToken')),
    at('backendless', 'header', backendless, (token) => `user-token: ${token}`),
  ];
}

// Without a body HEAD tells no face, and its length is that of none.
function guardedRoutes(server: TestServer): (surface: Surface) => string[] {
  const routes = server
    .routes()
    .filter((route) => !OPEN.includes(route) && !ENDPOINT_ROUTES.includes(route) && !route.startsWith('HEAD'))
    .map((route) => route.replaceAll(/\{\w+\}/g, NOBODY));
  const endpoints = ['GET', 'PUT', 'DELETE'].map((method) => `${method} /api/1/ce/examples/auth${RESTED_QUERY}`);
  const records = ['GET', 'POST', 'PUT', 'DELETE'].map((method) => `${method} /api/1/ce/examples/notes${RESTED_QUERY}`);
  const all = [...routes, ...endpoints, ...records];
  return (surface) => all.filter((route) => surfaceOf(route.split(' ')[1]!) === surface);
}

async function backendlessToken(server: TestServer, login: string): Promise<string> {
  const answer = await server.post('/api/users/login', json({ login, password: PASSWORD }));
  const { 'user-token': token } = answer.json<{ 'user-token'?: string }>();
  if (token === undefined) throw new Error(`backendlessToken: ${answer.body}`);
  keep(token);
  return token;
}
