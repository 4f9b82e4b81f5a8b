import { parse as bytesOf } from 'uuid';
import { PASSWORD, type TestServer } from '../server.js';

/** One place where a token travels: how to carry it, what it opens, and how a dead one is answered there. */
export interface TokenSurface {
  name: string;
  contract: 'native' | 'dittofi' | 'rested' | 'elvis';
  guarded: string;
  logout: string;
  logoutStatus: number;
  carry: (token: string) => string;
  refusal: object;
  /** This wire asks about the application of every request, whatever its token looks like. */
  asksAlways?: true;
}

/** The key by which the wires that need one name the application. */
export const SURFACE_KEY = '0123456789abcdef0123456789abcdef';

const NATIVE = {
  contract: 'native',
  guarded: 'GET /api/v1/auth/session',
  logout: 'POST /api/v1/auth/logout',
  logoutStatus: 204,
  refusal: { status: 401, code: 'SESSION_UNKNOWN', detail: 'No live session. Log in.' },
} as const;

const DITTOFI = {
  contract: 'dittofi',
  logoutStatus: 200,
  carry: (token: string) => `Cookie: session-key=${token}`,
  refusal: { error: { code: 'unauthorized', message: 'no user id found', param: 'password' } },
} as const;

const ELVIS = {
  contract: 'elvis',
  guarded: 'GET /services/profile',
  logout: 'POST /services/logout',
  logoutStatus: 200,
  refusal: { errorcode: 401, message: 'Not logged in' },
  asksAlways: true,
} as const;
/** The setting under which the Elvis wire refuses by status. */
export const ELVIS_BY_STATUS = `update applications set wires = '{"elvis":{"sendServiceErrorAsJson":false}}'`;

const RESTED_AUTH = `/api/1/ce/examples/auth?key=${SURFACE_KEY}`;
const RESTED = {
  contract: 'rested',
  guarded: `GET ${RESTED_AUTH}`,
  logout: `POST ${RESTED_AUTH}&logout=true`,
  logoutStatus: 204,
  refusal: { error: { status: 401, message: 'No live session. Log in.' } },
  asksAlways: true,
} as const;

export const TOKEN_SURFACES: TokenSurface[] = [
  { ...NATIVE, name: 'bearer', carry: (token) => `Authorization: Bearer ${token}` },
  { ...NATIVE, name: 'native cookie', carry: (token) => `Cookie: __Host-curfew=${token}` },
  { ...DITTOFI, name: 'Dittofi /v1', guarded: 'GET /v1/me', logout: 'GET /v1/logout_user' },
  { ...DITTOFI, name: 'Dittofi /iapi/v1', guarded: 'GET /iapi/v1/me', logout: 'GET /iapi/v1/logout' },
  { ...ELVIS, name: 'Elvis bearer', carry: (token) => `Authorization: Bearer ${token}` },
  { ...ELVIS, name: 'Elvis cookie', carry: (token) => `Cookie: authToken=${token}` },
  { ...RESTED, name: 'Rested cookie', carry: (token) => `Cookie: __Secure-rested-access-token=${token}` },
  { ...RESTED, name: 'Rested header', carry: (token) => `Authorization: ${token}` },
  { ...RESTED, name: 'Rested header with Bearer', carry: (token) => `Authorization: Bearer ${token}` },
];

/** A live token of each contract, of one user. */
export async function liveTokens(server: TestServer, login: string): Promise<Record<TokenSurface['contract'], string>> {
  const { token } = await server.logIn(login);
  return {
    native: token,
    dittofi: await dittofiToken(server, login),
    rested: await restedToken(server, login),
    elvis: await elvisToken(server, login),
  };
}

/** Logs in over the Elvis wire; a token that needs no csrf token. */
export async function elvisToken(server: TestServer, username: string): Promise<string> {
  const answer = await server.post('/services/apilogin', { payload: { username, password: PASSWORD } });
  const { authToken } = answer.json<{ authToken?: string }>();
  if (authToken === undefined) throw new Error(`elvisToken: ${answer.body}`);
  return authToken;
}

/** Logs in over the Dittofi wire; the token as its cookie carries it. */
export async function dittofiToken(server: TestServer, login: string): Promise<string> {
  const answer = await server.post('/v1/login', { payload: { email: login, password: PASSWORD } });
  const [, token] = /^session-key=([^;]+)/.exec(String(answer.headers['set-cookie'])) ?? [];
  if (token === undefined) throw new Error(`dittofiToken: ${answer.body}`);
  return token;
}

/** Logs in over the Rested wire, on a server whose application has the key of these surfaces. */
export async function restedToken(server: TestServer, username: string): Promise<string> {
  const url = `${RESTED_AUTH}&login=true`;
  const answer = await server.post(url, { payload: { username, password: PASSWORD } });
  const [, token] = /^__Secure-rested-access-token=([^;]+)/.exec(String(answer.headers['set-cookie'])) ?? [];
  if (token === undefined) throw new Error(`restedToken: ${answer.body}`);
  return token;
}

/** A token in the right form that nobody issued. */
export function forged(userId: string, sessionId: string, secret: Buffer): string {
  return `cfs_${Buffer.concat([bytesOf(userId), bytesOf(sessionId), secret]).toString('base64url')}`;
}
