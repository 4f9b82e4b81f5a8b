import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listen, rawRequest } from '../raw-request.js';
import { ADMIN, bearer, json, keep, PASSWORD, TestServer, type Answer } from '../server.js';
import { OWN_ORIGIN, PAGES } from './cross-site.js';

const NOBODY = '00000000-0000-7000-8000-000000000000';
/** GET reads, and nothing else: what a page of another site cannot see. */
const REFUSED = [403, 404, 405, 415];
const CSRF = 'the csrf token of a session';

let server: TestServer;
let port: number;
beforeAll(async () => {
  server = await TestServer.start({ BASE_URL: OWN_ORIGIN });
  port = await listen(server.app);
  await server.signUp('alice@example.test');
});
beforeEach(() => server.sql('delete from login_attempts'));
afterAll(() => server.stop());

/** A login whose token the browser keeps. */
async function cookieOf(credentials: object): Promise<string> {
  const answer = await server.post('/api/v1/auth/login', json({ ...credentials, transport: 'cookie' }));
  const cookie = String(answer.headers['set-cookie']).split(';')[0]!;
  keep(cookie.split('=')[1]!);
  return cookie;
}
const asAlice = (): Promise<string> => cookieOf({ login: 'alice@example.test', password: PASSWORD });
const isLive = async (cookie: string): Promise<boolean> =>
  (await server.get('/api/v1/auth/session', { headers: { cookie } })).statusCode === 200;
const corsOf = ({ headers }: Answer): string[] =>
  Object.keys(headers).filter((name) => name.startsWith('access-control'));

/** Every route that changes something for a caller with a cookie. */
const DEEDS: Record<string, [method: 'POST' | 'PATCH' | 'DELETE', url: string][]> = {
  native: [
    ['POST', '/api/v1/auth/logout'],
    ['POST', '/api/v1/auth/rotate'],
    ['POST', '/api/v1/auth/password'],
    ['PATCH', '/api/v1/profile'],
    ['DELETE', `/api/v1/sessions/${NOBODY}`],
  ],
  administration: [
    ['POST', '/api/v1/admin/users'],
    ['PATCH', `/api/v1/admin/users/${NOBODY}`],
    ['DELETE', `/api/v1/admin/users/${NOBODY}/sessions`],
    ['POST', '/api/v1/admin/sessions/end-all'],
    ['POST', '/api/v1/admin/service-keys'],
    ['POST', `/api/v1/admin/jobs/${NOBODY}/stop`],
  ],
  webhooks: [
    ['POST', '/api/v1/admin/webhooks'],
    ['DELETE', `/api/v1/admin/webhooks/${NOBODY}`],
    ['POST', `/api/v1/admin/webhooks/${NOBODY}/test`],
  ],
};

describe.each(Object.entries(DEEDS))('%s', (surface, deeds) => {
  let cookie: string;
  beforeAll(async () => {
    cookie = await (surface === 'native' ? asAlice() : cookieOf(ADMIN));
  });

  it.each(PAGES)('$title: refused without CORS headers, and the session lives', async ({ method, headers }) => {
    const answers = await Promise.all(
      deeds.map(([verb, url]) => server.request({ method: method ?? verb, url, headers: { ...headers, cookie } })),
    );

    const outcomes = method === 'GET' ? [200, ...REFUSED] : REFUSED;
    expect(answers.map(({ statusCode }) => statusCode).filter((status) => !outcomes.includes(status))).toEqual([]);
    expect(answers.flatMap(corsOf)).toEqual([]);
    expect(answers.map((answer) => answer.headers['set-cookie'])).toEqual(deeds.map(() => undefined));
    expect(await isLive(cookie)).toBe(true);
  });

  it('bad C15 two Origin headers: 403, and the session lives', async () => {
    for (const [method, url] of deeds) {
      const head = `${method} ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: ${cookie}\r\n`;

      const [answer] = await rawRequest(port, `${head}Origin: ${OWN_ORIGIN}\r\nOrigin: https://e.example\r\n\r\n`);

      expect([url, answer!.status]).toEqual([url, 403]);
    }
    expect(await isLive(cookie)).toBe(true);
  });

  it('bad C18 bad C19 a csrf token of another session, or in the query, helps no page of another site', async () => {
    const foreign = await asAlice();
    const headers = { origin: 'https://e.example', cookie, 'x-csrf-token': foreign };

    const answers = await Promise.all(
      deeds.flatMap(([method, url]) => [
        server.request({ method, url, headers }),
        server.request({ method, url: `${url}?csrf=${encodeURIComponent(CSRF)}`, headers: { ...headers } }),
      ]),
    );

    expect(answers.map(({ statusCode }) => statusCode)).toEqual(answers.map(() => 403));
    expect([await isLive(cookie), await isLive(foreign)]).toEqual([true, true]);
  });
});

describe('a login', () => {
  const credentials = { login: 'alice@example.test', password: PASSWORD, transport: 'cookie' };

  it.each(PAGES.filter(({ method }) => method === undefined))(
    'bad C20 $title: no session begins, and no cookie is set',
    async ({ headers }) => {
      const answer = await server.post('/api/v1/auth/login', {
        headers: { 'content-type': 'application/json', ...headers },
        payload: JSON.stringify(credentials),
      });

      expect([403, 415]).toContain(answer.statusCode);
      expect([answer.headers['set-cookie'], ...corsOf(answer)]).toEqual([undefined]);
    },
  );

  it('200 from our own page, and from what is no browser', async () => {
    const own = { origin: OWN_ORIGIN, 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'empty' };

    const answers = [
      await server.post('/api/v1/auth/login', { headers: own, ...json(credentials) }),
      await server.post('/api/v1/auth/login', json(credentials)),
    ];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
  });
});

it('a bearer that a script holds passes from any site: no browser adds one by itself', async () => {
  const { token } = await server.logIn('script@example.test');

  const answer = await server.post('/api/v1/auth/logout', {
    headers: { ...bearer(token).headers, origin: 'https://e.example', 'sec-fetch-site': 'cross-site' },
  });

  expect(answer.statusCode).toBe(204);
});
