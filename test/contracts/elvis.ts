import { keep, PASSWORD, type Answer, type TestServer } from '../server.js';

export const ALICE = 'alice@example.test';
export const OWN = 'https://sessions.example.test';
export const JSON_TYPE = 'application/json;charset=utf-8';
export const NOT_LOGGED_IN = { errorcode: 401, message: 'Not logged in' };
export const BAD_CSRF = { errorcode: 403, message: 'Invalid CSRF token' };
export const LOGGED_OUT = { logoutSuccess: true };

export interface CookieSession {
  token: string;
  csrfToken: string;
  cookie: { cookie: string };
  csrf: { 'x-csrf-token': string };
}

export const credOf = (username = ALICE, password = PASSWORD): string =>
  Buffer.from(`${username}:${password}`).toString('base64');

export const form = (fields: Record<string, string>) => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  payload: new URLSearchParams(fields).toString(),
});

export const multipart = (fields: Record<string, string>) => ({
  headers: { 'content-type': 'multipart/form-data; boundary=parts' },
  payload: `${Object.entries(fields)
    .map(([name, value]) => `--parts\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join('')}--parts--\r\n`,
});

export const cookiesOf = (answer: Answer): string[] => [answer.headers['set-cookie'] ?? []].flat();

export function sessionIn(answer: Answer): CookieSession {
  const [, token = ''] = /^authToken=([^;]+)/.exec(cookiesOf(answer)[0] ?? '') ?? [];
  const { csrfToken = '' } = answer.json<{ csrfToken?: string }>();
  if (!token || !csrfToken) throw new Error(`no login: ${answer.body}`);
  keep(token, csrfToken);
  return { token, csrfToken, cookie: { cookie: `authToken=${token}` }, csrf: { 'x-csrf-token': csrfToken } };
}

/** Logs in with a cookie. */
export async function enter(server: TestServer, username = ALICE): Promise<CookieSession> {
  return sessionIn(await server.post('/services/login', form({ username, password: PASSWORD })));
}

/** Logs in with a bearer token. */
export async function apiToken(server: TestServer, username = ALICE): Promise<string> {
  const answer = await server.post('/services/apilogin', form({ username, password: PASSWORD }));
  const { authToken } = answer.json<{ authToken?: string }>();
  if (authToken === undefined) throw new Error(`no login: ${answer.body}`);
  keep(authToken);
  return authToken;
}

/** Whether this wire knows who sends these headers. */
export async function isLive(server: TestServer, headers: Record<string, string>, url = '/services/profile') {
  const answer = await server.get(url, { headers });
  return answer.json<{ username?: string }>().username !== undefined;
}
