import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RedirectService } from '../../src/auth/redirect.service.js';
import { DomainError } from '../../src/errors/domain.error.js';
import { LISTED, TARGETS, WHOLE } from '../bad-input/redirects.js';
import { listen, rawRequest } from '../raw-request.js';
import { both, TestServer } from '../server.js';
import { ALICE, apiToken, cookiesOf, enter, form, isLive, OWN } from './elvis.js';

let server: TestServer;
let port: number;
beforeAll(async () => {
  server = await TestServer.start({ BASE_URL: OWN });
  port = await listen(server.app);
  await server.signUp(ALICE);
  await server.sql('update applications set logout_targets = $1', [[LISTED, WHOLE]]);
});
afterAll(() => server.stop());

const LANDING = '/logout/done';
const asking = (value: string) => `logoutSuccessUrl=${encodeURIComponent(value)}`;
const leave = (query: string, headers: Record<string, string> = {}) => server.get(`/logout?${query}`, { headers });
const NAVIGATION = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

describe.each(['GET', 'POST'] as const)('%s /logout', (method) => {
  const go = (value: string | undefined, headers: Record<string, string> = {}) =>
    method === 'GET'
      ? leave(value === undefined ? '' : asking(value), headers)
      : server.post('/logout', both(form(value === undefined ? {} : { logoutSuccessUrl: value }), { headers }));

  it.each([
    ['relative: /bye', '/bye', '/bye'],
    ['relative: /bye with query and fragment', '/bye?a=b&c=%2F#d', '/bye?a=b&c=%2F#d'],
    ['relative: bye.html', 'bye.html', '/bye.html'],
    ['relative: ?x', '?x', '/?x'],
    ['absolute, other server on the list', `${LISTED}/any/path?a`, `${LISTED}/any/path?a`],
    ['absolute, other server as a whole URL on the list', WHOLE, WHOLE],
    ['absolute, own host', `${OWN}/bye`, `${OWN}/bye`],
    ['absolute, other server not on the list', 'https://e.example/', LANDING],
    ['missing', undefined, LANDING],
    ['empty', '', LANDING],
    ['malformed', 'https://[', LANDING],
  ])('%s: 302, session ended, cookies expired, not cacheable', async (_, value, location) => {
    const { cookie } = await enter(server);

    const answer = await go(value, cookie);

    expect([answer.statusCode, answer.headers.location, answer.headers['cache-control']]).toEqual([
      302,
      location,
      'no-store',
    ]);
    expect(cookiesOf(answer)).toEqual([
      expect.stringMatching(/^authToken=; Max-Age=0; Path=\/; .*HttpOnly; Secure; SameSite=Lax$/),
      expect.stringMatching(/^JSESSIONID=; Max-Age=0; Path=\/; .*HttpOnly; Secure; SameSite=Lax$/),
    ]);
    expect(await isLive(server, cookie)).toBe(false);
  });

  it('P3 where the target cannot be looked up: 503, and session and cookies stay', async () => {
    const { cookie } = await enter(server);
    const away = new DomainError('STORE_UNAVAILABLE', 'The database does not answer.');
    vi.spyOn(server.app.get(RedirectService), 'afterLogout').mockRejectedValueOnce(away);

    const answer = await go('/bye', cookie);

    expect([answer.statusCode, cookiesOf(answer)]).toEqual([503, []]);
    expect(await isLive(server, cookie)).toBe(true);
  });

  it('no session: the same redirect', async () => {
    const answers = [await go('/bye'), await go('/bye', { cookie: 'authToken=x' })];

    expect(answers.map(({ statusCode, headers }) => [statusCode, headers.location])).toEqual([
      [302, '/bye'],
      [302, '/bye'],
    ]);
  });

  it('with the setting *: everywhere by http and https, and nowhere else', async () => {
    await server.sql('update applications set logout_targets = $1', [['*']]);

    const answers = await Promise.all(
      ['https://e.example/a', 'http://e.example/a', '//e.example', 'https://us@e.example', 'javascript:alert(1)'].map(
        (value) => go(value),
      ),
    );
    await server.sql('update applications set logout_targets = $1', [[LISTED, WHOLE]]);

    expect(answers.map(({ headers }) => headers.location)).toEqual([
      'https://e.example/a',
      'http://e.example/a',
      LANDING,
      LANDING,
      LANDING,
    ]);
  });

  it.each([
    ['/welcome', '/welcome'],
    ['https://landing.example/bye', 'https://landing.example/bye'],
    ['javascript:alert(1)', LANDING],
  ])('the landing page of the application: %s', async (landingPage, location) => {
    await server.sql('update applications set landing_page = $1', [landingPage]);

    const answer = await go('//e.example');
    await server.sql('update applications set landing_page = null');

    expect(answer.headers.location).toBe(location);
  });

  it.each(['a bearer', ';jsessionid='])('%s ends as well', async (carrier) => {
    const token = await apiToken(server);
    const header = { authorization: `Bearer ${token}` };
    const suffix = carrier === 'a bearer' ? '' : `;jsessionid=${token}`;

    const answer = await server.request({
      method,
      url: `/logout${suffix}?${asking('/bye')}`,
      headers: suffix === '' ? header : {},
    });

    expect([answer.statusCode, answer.headers.location, await isLive(server, header)]).toEqual([302, '/bye', false]);
  });

  it('bad K1 two cookies of one name: both end', async () => {
    const [one, other] = [await enter(server), await enter(server)];

    await go('/bye', { cookie: `${one.cookie.cookie}; ${other.cookie.cookie}` });

    expect([await isLive(server, one.cookie), await isLive(server, other.cookie)]).toEqual([false, false]);
  });

  it.each(TARGETS.filter(({ value }) => value !== undefined))(
    '$title: ended, and to the landing page',
    async ({ value }) => {
      const { cookie } = await enter(server);

      const answer = await go(value, cookie);

      expect([answer.statusCode, answer.headers.location, cookiesOf(answer).length]).toEqual([302, LANDING, 2]);
      expect(await isLive(server, cookie)).toBe(false);
    },
  );

  it.each(TARGETS.filter(({ query }) => query !== undefined))(
    'asvs 3.7.2 $title: to the landing page',
    async ({ query = '' }) => {
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      const answer =
        method === 'GET' ? await leave(query) : await server.post('/logout', { payload: query, headers: type });

      expect([answer.statusCode, answer.headers.location]).toEqual([302, LANDING]);
    },
  );
});

it('given in query and form: the form', async () => {
  const answer = await server.post('/logout?logoutSuccessUrl=/query', form({ logoutSuccessUrl: '/form' }));

  expect(answer.headers.location).toBe('/form');
});

it('a body that cannot be read: ended all the same, and to the landing page', async () => {
  const { cookie } = await enter(server);

  const answer = await server.post('/logout', {
    payload: '{',
    headers: { 'content-type': 'application/json', ...cookie },
  });

  expect([answer.statusCode, answer.headers.location, await isLive(server, cookie)]).toEqual([302, LANDING, false]);
});

it('bad U41 raw CRLF in the request line: 400, and no header of it comes back', async () => {
  const [answer] = await rawRequest(
    port,
    'GET /logout?logoutSuccessUrl=/a\r\nSet-Cookie: a=b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  );

  expect([answer!.status, answer!.head.includes('a=b')]).toEqual([400, false]);
});

it('both Set-Cookie lines arrive over the socket', async () => {
  const [answer] = await rawRequest(port, 'GET /logout HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');

  expect(answer!.head.match(/^set-cookie: (authToken|JSESSIONID)=;/gim)).toEqual([
    'set-cookie: authToken=;',
    'set-cookie: JSESSIONID=;',
  ]);
});

it.each(['HEAD', 'PUT', 'DELETE'] as const)('bad C8 %s: 405, and the session lives', async (method) => {
  const { cookie } = await enter(server);

  const answer = await server.request({ method, url: '/logout', headers: cookie });

  expect([answer.statusCode, answer.headers.allow, await isLive(server, cookie)]).toEqual([405, 'GET, POST', true]);
});

describe('GET /logout/done', () => {
  it('a page that says so, to everyone', async () => {
    const answer = await server.get(LANDING);

    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(answer.body).toContain('<h1>You are logged out</h1>');
    expect(answer.body).toContain('<html lang="en">');
    expect(answer.headers['content-security-policy']).toBe(
      "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
    );
  });
});

describe('a page of another site', () => {
  it.each([
    ['bad C9 by a link', 'GET', NAVIGATION],
    ['bad C9 by a link on a neighbour', 'GET', { ...NAVIGATION, 'sec-fetch-site': 'same-site' }],
    ['bad C2 by a form that posts itself', 'POST', { ...NAVIGATION, origin: 'https://e.example' }],
    ['bad C22 in an older browser', 'GET', { referer: `https://e.example/?${OWN}`, accept: 'text/html,*/*' }],
  ] as const)('%s: 403 with a page that asks, and the session lives', async (_, method, headers) => {
    const { cookie } = await enter(server);

    const answer = await server.request({
      method,
      url: `/logout?${asking('/bye')}`,
      headers: { ...headers, ...cookie, host: 'sessions.example.test' },
    });

    expect([answer.statusCode, answer.headers['content-type'], cookiesOf(answer)]).toEqual([
      403,
      'text/html; charset=utf-8',
      [],
    ]);
    expect(answer.body).toContain('<h1>Log out of sessions.example.test?</h1>');
    expect(answer.body).toMatch(/<form method="post">\n<button type="submit">Log out<\/button>\n<\/form>/);
    expect(answer.headers['content-security-policy']).toBe(
      "default-src 'none'; form-action 'self' https: http:; frame-ancestors 'none'; base-uri 'none'",
    );
    expect(answer.headers['referrer-policy']).toBe('strict-origin');
    expect(await isLive(server, cookie)).toBe(true);
  });

  it('asvs 3.7.3 7.4.4 the button of that page, pressed, logs out and leads on', async () => {
    const { cookie } = await enter(server);

    const answer = await server.post(
      `/logout?${asking('/bye')}`,
      both(form({}), { headers: { ...NAVIGATION, 'sec-fetch-site': 'same-origin', origin: OWN, ...cookie } }),
    );

    expect([answer.statusCode, answer.headers.location, await isLive(server, cookie)]).toEqual([302, '/bye', false]);
  });

  it('the page hands on what a form brought, and nothing of it becomes markup', async () => {
    const answer = await server.post(
      '/logout',
      both(form({ logoutSuccessUrl: '/"><script>alert(1)</script>&amp;' }), { headers: NAVIGATION }),
    );

    expect(answer.body).toContain(
      'name="logoutSuccessUrl" value="/&#34;&#62;&#60;script&#62;alert&#40;1&#41;&#60;/script&#62;&#38;amp&#59;">',
    );
  });

  it.each([
    ['bad C1 an image', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
    ['bad C5 a frame', { ...NAVIGATION, 'sec-fetch-dest': 'iframe' }],
    ['bad C6 a prefetch', { ...NAVIGATION, 'sec-purpose': 'prefetch' }],
    [
      'bad C6 a prefetch of our own',
      { 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'empty', 'sec-purpose': 'prefetch' },
    ],
    ['bad C7 Purpose: prefetch', { purpose: 'prefetch' }],
    ['bad C3 a script', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'empty' }],
    ['bad C10 Origin: null', { origin: 'null' }],
    ['bad C11 a name like ours', { origin: `${OWN}.e.example` }],
    ['bad C12 without TLS', { origin: OWN.replace('https', 'http') }],
    ['bad C13 with a port', { origin: `${OWN}:443` }],
    ['bad C14 in capital letters', { origin: OWN.toUpperCase() }],
    ['bad C22 a referer that names us', { referer: `https://e.example/?${OWN}` }],
  ])('%s: 403 without a page, and the session lives', async (_, headers) => {
    const { cookie } = await enter(server);

    const answer = await leave(asking('/bye'), { ...(headers as Record<string, string>), ...cookie });

    expect([answer.statusCode, answer.json(), answer.headers['access-control-allow-origin']]).toMatchObject([
      403,
      { errorcode: 403 },
      undefined,
    ]);
    expect(await isLive(server, cookie)).toBe(true);
  });

  it('bad C15 two Origin headers: 403, and the session lives', async () => {
    const { cookie } = await enter(server);

    const [answer] = await rawRequest(
      port,
      `GET /logout HTTP/1.1\r\nHost: x\r\nConnection: close\r\nOrigin: ${OWN}\r\nOrigin: https://e.example\r\nCookie: ${cookie.cookie}\r\n\r\n`,
    );

    expect([answer!.status, await isLive(server, cookie)]).toEqual([403, true]);
  });
});

describe('/services under another site', () => {
  const origin = 'https://e.example';
  const pages = {
    'bad C2 a form that posts itself': { ...NAVIGATION, origin, 'content-type': 'application/x-www-form-urlencoded' },
    'bad C3 fetch with text/plain': {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'no-cors',
      'sec-fetch-dest': 'empty',
      origin,
      'content-type': 'text/plain',
    },
    'bad C4 a multipart form': { ...NAVIGATION, origin, 'content-type': 'multipart/form-data; boundary=b' },
    'bad C10 Origin: null': { origin: 'null' },
    'bad C11 a name like ours': { origin: `${OWN}.e.example` },
    'bad C12 without TLS': { origin: OWN.replace('https', 'http') },
  };

  it.each(Object.entries(pages))(
    '%s: logout 403, with the right csrf token, too; the session lives',
    async (_, headers) => {
      const { cookie, csrf } = await enter(server);

      const answer = await server.post('/services/logout', {
        headers: { ...headers, ...cookie, ...csrf },
        payload: '',
      });

      expect([answer.statusCode, answer.json(), answer.headers['access-control-allow-origin']]).toMatchObject([
        403,
        { errorcode: 403 },
        undefined,
      ]);
      expect(await isLive(server, cookie)).toBe(true);
    },
  );

  it.each(Object.entries(pages))('bad C20 %s: login 403 without a cookie', async (_, headers) => {
    const query = new URLSearchParams({ username: ALICE, password: 'correct horse battery staple' }).toString();

    const answer = await server.post(`/services/login?${query}`, { headers, payload: '' });

    expect([answer.statusCode, cookiesOf(answer)]).toEqual([403, []]);
  });

  it('bad C16 a preflight gets no CORS headers', async () => {
    const answer = await server.request({
      method: 'OPTIONS',
      url: '/services/logout',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-csrf-token, ,\u00e4',
      },
    });

    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('a listed origin may log in and out, with cookies for cross-site use', async () => {
    const app = 'https://app.example.org';
    await server.sql('update applications set allowed_origins = $1', [[app]]);
    const page = { origin: app, 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'empty' };

    const preflight = await server.request({
      method: 'OPTIONS',
      url: '/services/logout',
      headers: { origin: app, 'access-control-request-method': 'POST' },
    });
    const answer = await server.post(
      '/services/login',
      both(form({ username: ALICE, password: 'correct horse battery staple' }), { headers: page }),
    );

    expect(preflight.headers['access-control-allow-headers']).toContain('x-csrf-token');
    expect(cookiesOf(answer).map((line) => line.endsWith('Path=/; HttpOnly; Secure; SameSite=None'))).toEqual([
      true,
      true,
    ]);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': app,
      'access-control-allow-credentials': 'true',
    });
  });
});
