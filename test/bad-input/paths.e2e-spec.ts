import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen, rawRequest, requestText } from '../raw-request.js';
import { TestServer, type LoggedIn } from '../server.js';
import { FRAMING } from './framing.js';
import { PATHS } from './paths.js';
import { dittofiToken, ELVIS_BY_STATUS, liveTokens, SURFACE_KEY, TOKEN_SURFACES } from './surfaces.js';

let server: TestServer;
let port: number;
let alice: LoggedIn;
beforeAll(async () => {
  server = await TestServer.start({ APPLICATION_KEY: SURFACE_KEY });
  port = await listen(server.app);
  await server.sql(ELVIS_BY_STATUS);
  alice = await server.logIn('paths@example.test');
});
afterAll(() => server.stop());

const GUARDED = [
  '/api/v1/admin/users',
  '/api/v1/auth/session',
  '/api/v1/sessions',
  '/v1/me',
  '/iapi/v1/me',
  '/services/profile',
];
const statusesOf = async (bytes: string): Promise<number[]> =>
  (await rawRequest(port, bytes)).map(({ status }) => status);

describe.each(GUARDED)('%s', (path) => {
  it.each(PATHS)('$title: $status for a stranger', async ({ make, status, elvis }) => {
    const expected = path.startsWith('/services/') ? (elvis ?? status) : status;

    expect(await statusesOf(requestText(`GET ${make(path)}`))).toEqual([expected]);
  });

  it.each(FRAMING)('asvs 4.2.1 $title: $statuses for a stranger', async ({ make, statuses }) => {
    expect(await statusesOf(make(path))).toEqual(statuses);
  });
});

describe('a role', () => {
  it.each(PATHS)('$title: an ordinary user never gets through', async ({ make, status }) => {
    const authorization = `Bearer ${alice.token}`;

    const answers = await statusesOf(requestText(`GET ${make('/api/v1/admin/users')}`, { authorization }));

    expect(answers).toEqual([status === 401 ? 403 : status]);
  });
});

describe('GET logout of the Dittofi wire', () => {
  const SAME_PATH = PATHS.filter(({ status }) => status === 401);
  const OTHER_PATHS = PATHS.filter(({ status }) => status !== 401);

  it.each(OTHER_PATHS)('$title: $status, and the session lives', async ({ make, status }) => {
    const cookie = `session-key=${await dittofiToken(server, 'paths@example.test')}`;

    const answers = await statusesOf(requestText(`GET ${make('/v1/logout_user')}`, { cookie }));

    expect(answers).toEqual([status]);
    expect(await statusesOf(requestText('GET /v1/me', { cookie }))).toEqual([200]);
  });

  it.each(SAME_PATH)('$title: the origin gate stands before it', async ({ make }) => {
    const cookie = `session-key=${await dittofiToken(server, 'paths@example.test')}`;
    const forged = { cookie, 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' };

    const answers = await statusesOf(requestText(`GET ${make('/v1/logout_user')}`, forged));

    expect(answers).toEqual([403]);
    expect(await statusesOf(requestText('GET /v1/me', { cookie }))).toEqual([200]);
  });

  it.each(['HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'TRACE'])(
    'bad H9 405 for %s, and the session lives',
    async (method) => {
      const cookie = `session-key=${await dittofiToken(server, 'paths@example.test')}`;

      const [answer] = await rawRequest(port, requestText(`${method} /v1/logout_user`, { cookie }));

      expect(answer!.status).toBe(405);
      expect(answer!.head).toMatch(/^allow: GET$/im);
      expect(await statusesOf(requestText('GET /v1/me', { cookie }))).toEqual([200]);
    },
  );
});

describe('a secret in the URL', () => {
  it.each(PATHS.filter(({ status }) => status === 401))('$title: 400, with a live token too', async ({ make }) => {
    const path = make('/api/v1/auth/session');

    const answers = await statusesOf(requestText(`GET ${path}?token=x`, { authorization: `Bearer ${alice.token}` }));

    expect(answers).toEqual([400]);
  });

  it('400 where it stands behind a fragment', async () => {
    const secret = requestText('GET /api/v1/auth/session#token=x', { authorization: `Bearer ${alice.token}` });

    expect(await statusesOf(secret)).toEqual([400]);
  });
});

describe('a path that cannot be decoded', () => {
  it.each([
    `/api/1/ce/examples/auth%zz?key=${SURFACE_KEY}&masterKey=secret-in-the-url`,
    '/services/%zz?username=a&password=secret-in-the-url',
    '/api/users/restorepassword/%zz?user-token=secret-in-the-url',
    '/v1/%zz?session-key=secret-in-the-url',
    '/api/v1/%zz?token=secret-in-the-url',
    `/api/1/ce/${'x'.repeat(300)}%zz?masterKey=secret-in-the-url`,
  ])('bad Q12 asvs 16.5.1 %s is not repeated in the refusal', async (path) => {
    const [answer] = await rawRequest(port, requestText(`GET ${path}`));

    expect(answer!.status).toBeGreaterThanOrEqual(400);
    expect(answer!.status).toBeLessThan(500);
    expect(answer!.body).not.toMatch(/secret-in-the-url|%zz|key=/);
  });
});

describe('every answer', () => {
  it.each([
    ['an unknown path', 'GET /nowhere'],
    ['an unknown method', 'TRACE /api/v1/profile'],
    ['a path that cannot be decoded', 'GET /%zz'],
    ['a parameter that is too long', `GET /api/v1/admin/users/${'x'.repeat(200)}`],
  ])('has the security headers and a problem as body for %s', async (_, line) => {
    const [answer] = await rawRequest(port, requestText(line));

    expect(answer!.head).toMatch(/^x-content-type-options: nosniff$/im);
    expect(answer!.head).toMatch(/^content-type: application\/problem\+json; charset=utf-8$/im);
    expect(JSON.parse(answer!.body)).toMatchObject({ status: answer!.status });
  });
});

describe.each(TOKEN_SURFACES)('bad H24 $name', (surface) => {
  it('a check pipelined behind a logout finds the session dead, each of 20 times', async () => {
    const outcomes = new Set<string>();

    for (let round = 0; round < 20; round++) {
      const token = (await liveTokens(server, 'paths@example.test'))[surface.contract];
      const lines = `Host: sessions.example\r\n${surface.carry(token)}\r\n`;
      const logout = `${surface.logout} HTTP/1.1\r\n${lines}\r\n`;
      const check = `${surface.guarded} HTTP/1.1\r\n${lines}Connection: close\r\n\r\n`;
      outcomes.add(String(await statusesOf(logout + check)));
    }

    expect([...outcomes]).toEqual([`${surface.logoutStatus},401`]);
  });
});
