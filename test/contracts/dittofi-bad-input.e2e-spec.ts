import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AUTHORIZATIONS } from '../bad-input/carriers.js';
import { dittofiToken } from '../bad-input/surfaces.js';
import { listen, rawRequest, requestText } from '../raw-request.js';
import { bearer, PASSWORD, TestServer, type Answer } from '../server.js';

const OWN = 'https://us';
const LISTED = 'https://app.example.org';
const EVIL = 'https://e.example';
const ALICE = 'alice@example.test';
const MALLORY = 'mallory@example.test';
const REFUSED = {
  error: {
    code: 'unauthorized',
    message: 'This request came from a page that is not allowed to make it. Nothing was changed.',
  },
};
const UNAUTHORIZED = { error: { code: 'unauthorized', message: 'no user id found', param: 'password' } };
const FORM = 'application/x-www-form-urlencoded';
const CROSS_SITE = { 'sec-fetch-site': 'cross-site' };

type Headers = Record<string, string>;

let server: TestServer;
let port: number;
beforeAll(async () => {
  server = await TestServer.start({ BASE_URL: OWN });
  port = await listen(server.app);
  await server.sql('update applications set allowed_origins = $1, is_registration_open = true', [[LISTED]]);
  await server.signUp(ALICE);
  await server.signUp(MALLORY);
});
beforeEach(() => server.sql('delete from login_attempts'));
afterAll(() => server.stop());

const enter = async (login = ALICE): Promise<{ cookie: string }> => ({
  cookie: `session-key=${await dittofiToken(server, login)}`,
});
const isLive = async (headers: Headers): Promise<boolean> =>
  (await server.get('/v1/me', { headers })).statusCode === 200;
const leave = (headers: Headers, query = '') => server.get(`/v1/logout_user${query}`, { headers });
const corsOf = ({ headers }: Answer): string[] =>
  Object.keys(headers).filter((name) => name.startsWith('access-control'));

/** Real bytes over a real socket: an HTTP client would join, mend or refuse these. */
async function raw(line: string, lines: string[]): Promise<{ status: number; head: string }> {
  const text = requestText(line).replace(/\r\n$/, '');
  const [answer] = await rawRequest(port, `${text}${lines.map((each) => `${each}\r\n`).join('')}\r\n`);
  return answer!;
}

/** Origins that are nearly ours, or nearly the listed one. */
const ORIGINS: [string, Headers][] = [
  ['bad C10 Origin: null', { origin: 'null' }],
  ['bad C11 a subdomain', { origin: 'https://us.e.example' }],
  ['bad C11 a suffix to the listed one', { origin: `${LISTED}.e.example` }],
  ['bad C12 http for https', { origin: 'http://us' }],
  ['bad C12 http for the listed https', { origin: LISTED.replace('https', 'http') }],
  ['bad C13 origin with its default port', { origin: 'https://us:443' }],
  ['bad C13 origin with another port', { origin: `${LISTED}:8443` }],
  ['bad C14 upper-case origin', { origin: 'https://US' }],
  ['bad C14 upper-case scheme', { origin: LISTED.replace('https', 'HTTPS') }],
  ['bad C15 two origins in one line', { origin: `${LISTED}, ${EVIL}` }],
  ['a listed origin with a path', { origin: `${LISTED}/` }],
  ['an empty origin', { origin: '' }],
  ['a null origin with Fetch Metadata', { ...CROSS_SITE, origin: 'null', 'sec-fetch-dest': 'empty' }],
];

describe.each(['/v1/logout_user', '/iapi/v1/logout'])('C: a page that makes a browser ask for %s', (path) => {
  it.each<[string, Headers]>([
    ['bad C1 <img src>', { ...CROSS_SITE, 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors' }],
    ['bad C1 <img src> of a neighbour', { 'sec-fetch-site': 'same-site', 'sec-fetch-dest': 'image' }],
    ['bad C1 <img src> in an older browser', { referer: `${EVIL}/` }],
    ['bad C3 fetch no-cors', { ...CROSS_SITE, 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'no-cors' }],
    ['bad C5 an iframe', { ...CROSS_SITE, 'sec-fetch-dest': 'iframe', 'sec-fetch-mode': 'navigate' }],
    ['bad C5 an iframe of our own', { 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'iframe' }],
    ['bad C6 rel=prefetch', { ...CROSS_SITE, 'sec-purpose': 'prefetch' }],
    ['bad C6 rel=prefetch of our own', { 'sec-fetch-site': 'same-origin', 'sec-purpose': 'prefetch;prerender' }],
    ['bad C7 Purpose: prefetch', { purpose: 'prefetch' }],
    [
      'bad C9 link navigation with a Lax cookie',
      { ...CROSS_SITE, 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate', 'sec-fetch-user': '?1' },
    ],
    ['bad C9 a link on a neighbour', { 'sec-fetch-site': 'same-site', 'sec-fetch-dest': 'document' }],
    ['bad C22 a Referer with us in its query', { referer: `${EVIL}/?${OWN}` }],
    ['bad C22 a Referer with us as user', { referer: 'https://us@e.example/' }],
    ['bad C22 a Referer whose name begins like ours', { referer: `${OWN}.e.example/` }],
    ['bad C22 a Referer that is no URL', { referer: `x${OWN}/` }],
    ...ORIGINS,
  ])('%s: 403 without CORS headers or a cookie, and the session lives', async (_, headers) => {
    const cookie = await enter();

    const answer = await server.get(path, { headers: { ...headers, ...cookie } });

    expect([answer.statusCode, answer.json(), answer.headers['set-cookie'], corsOf(answer)]).toEqual([
      403,
      REFUSED,
      undefined,
      [],
    ]);
    expect(await isLive(cookie)).toBe(true);
  });

  it.each<[string, 'HEAD' | 'POST', Headers]>([
    ['bad C8 HEAD', 'HEAD', {}],
    ['bad C2 auto-posting form', 'POST', { ...CROSS_SITE, origin: EVIL, 'content-type': FORM }],
    ['bad C3 fetch no-cors text/plain', 'POST', { ...CROSS_SITE, origin: EVIL, 'content-type': 'text/plain' }],
    ['bad C4 multipart form', 'POST', { origin: EVIL, 'content-type': 'multipart/form-data; boundary=x' }],
    ['bad C21 X-HTTP-Method-Override', 'POST', { 'x-http-method-override': 'GET', 'x-method-override': 'GET' }],
    ['bad C21 _method in a form', 'POST', { 'content-type': FORM }],
  ])('%s: 405 without CORS headers or a cookie, and the session lives', async (_, method, headers) => {
    const cookie = await enter();

    const answer = await server.request({
      method,
      url: `${path}?_method=GET`,
      headers: { ...headers, ...cookie },
      ...(method === 'POST' && { payload: '_method=GET' }),
    });

    expect([answer.statusCode, answer.headers.allow, answer.headers['set-cookie'], corsOf(answer)]).toEqual([
      405,
      'GET',
      undefined,
      [],
    ]);
    expect(await isLive(cookie)).toBe(true);
  });

  it('bad C7 Purpose: prefetch of a listed origin: 403, which its page may read, and the session lives', async () => {
    const cookie = await enter();

    const answer = await server.get(path, { headers: { ...cookie, origin: LISTED, purpose: 'prefetch' } });

    expect([answer.statusCode, answer.headers['access-control-allow-origin'], await isLive(cookie)]).toEqual([
      403,
      LISTED,
      true,
    ]);
  });

  it.each([
    ['a good one first', [`Origin: ${LISTED}`, `Origin: ${EVIL}`]],
    ['a bad one first', [`Origin: ${EVIL}`, `Origin: ${LISTED}`]],
  ])('bad C15 two Origin headers, %s: 403 without CORS headers, and the session lives', async (_, lines) => {
    const cookie = await enter();

    const answer = await raw(`GET ${path}`, [...lines, `Cookie: ${cookie.cookie}`]);

    expect([answer.status, await isLive(cookie)]).toEqual([403, true]);
    expect(answer.head).not.toMatch(/access-control-allow-origin/i);
  });

  it.each<[string, Headers]>([
    ['our own page', { origin: OWN, 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'empty' }],
    ['our own page in an older browser', { referer: `${OWN}/account?x=1` }],
    ['a listed page', { ...CROSS_SITE, origin: LISTED, 'sec-fetch-dest': 'empty' }],
    ['the address bar', { 'sec-fetch-site': 'none', 'sec-fetch-dest': 'document' }],
    ['something that is no browser', {}],
  ])('200 for %s, and the session is ended', async (_, headers) => {
    const cookie = await enter();

    const answer = await server.get(path, { headers: { ...headers, ...cookie } });

    expect([answer.statusCode, answer.json(), await isLive(cookie)]).toEqual([200, { data: null }, false]);
  });
});

describe.each(['login', 'signup'])('C: a page that makes a browser post to /v1/%s', (route) => {
  const fields = (): Headers => {
    const email = route === 'login' ? MALLORY : `${crypto.randomUUID()}@example.test`;
    return { email, password: PASSWORD, confirm_password: PASSWORD };
  };
  const asForm = () => new URLSearchParams(fields()).toString();
  const asJson = () => JSON.stringify(fields());
  const asMultipart = () =>
    `${Object.entries(fields())
      .map(([name, value]) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
      .join('')}--x--\r\n`;
  const SENT = { ...CROSS_SITE, origin: EVIL, 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' };

  it.each<[string, Headers, () => string]>([
    ['bad C2 bad C20 auto-posting form', { ...SENT, 'content-type': FORM }, asForm],
    ['bad C2 bad C20 auto-posting form in an older browser', { origin: EVIL, 'content-type': FORM }, asForm],
    ['bad C2 bad C20 auto-posting form without Origin', { referer: `${EVIL}/`, 'content-type': FORM }, asForm],
    [
      'bad C3 bad C20 fetch no-cors text/plain',
      { ...CROSS_SITE, origin: EVIL, 'sec-fetch-dest': 'empty', 'content-type': 'text/plain' },
      asJson,
    ],
    ['bad C4 bad C20 multipart form', { ...SENT, 'content-type': 'multipart/form-data; boundary=x' }, asMultipart],
    ['bad C5 bad C20 a form in an iframe', { ...SENT, 'sec-fetch-dest': 'iframe', 'content-type': FORM }, asForm],
    ['bad C22 bad C20 a Referer with us in its query', { referer: `${EVIL}/?${OWN}`, 'content-type': FORM }, asForm],
    ...ORIGINS.map(([title, headers]): [string, Headers, () => string] => [
      `${title}, bad C20`,
      { ...headers, 'content-type': 'text/plain' },
      asJson,
    ]),
  ])('%s: 403 without CORS headers or a cookie, and the victim’s session lives', async (_, headers, payload) => {
    const cookie = await enter();

    const answer = await server.post(`/v1/${route}`, { headers: { ...headers, ...cookie }, payload: payload() });

    expect([answer.statusCode, answer.json(), answer.headers['set-cookie'], corsOf(answer)]).toEqual([
      403,
      REFUSED,
      undefined,
      [],
    ]);
    expect(await isLive(cookie)).toBe(true);
  });

  it('bad C21 GET with the method of a POST: 405 without a cookie', async () => {
    const answer = await server.get(`/v1/${route}?_method=POST&${asForm()}`, {
      headers: { 'x-http-method-override': 'POST' },
    });

    expect([answer.statusCode, answer.headers.allow, answer.headers['set-cookie']]).toEqual([405, 'POST', undefined]);
  });
});

describe('C: what a page may ask before', () => {
  const preflight = (headers: Headers) =>
    server.request({
      method: 'OPTIONS',
      url: '/v1/logout_user',
      headers: { 'access-control-request-method': 'GET', ...headers },
    });

  it('bad C16 preflight with odd headers of a listed origin: they are not among those allowed, and nothing ends', async () => {
    const cookie = await enter();

    const answer = await preflight({
      ...cookie,
      origin: LISTED,
      'access-control-request-method': 'LOGOUT',
      'access-control-request-headers': 'x-http-method-override, cookie, *, x-csrf-token',
    });

    expect([answer.statusCode, answer.body, await isLive(cookie)]).toEqual([204, '', true]);
    expect([answer.headers['access-control-allow-headers'], answer.headers['access-control-allow-methods']]).toEqual([
      'accept, authorization, content-type',
      'GET, POST, PUT, PATCH, DELETE',
    ]);
  });

  it.each(ORIGINS)('bad C16 preflight, %s: no CORS headers, and nothing ends', async (_, headers) => {
    const cookie = await enter();

    const answer = await preflight({ ...cookie, ...headers, 'access-control-request-headers': 'x-evil' });

    expect([answer.statusCode, corsOf(answer), await isLive(cookie)]).toEqual([405, [], true]);
  });

  it.each(ORIGINS)('%s: who is logged in is told without CORS headers', async (_, headers) => {
    const answer = await server.get('/v1/me', { headers: { ...headers, ...(await enter()) } });

    expect(corsOf(answer)).toEqual([]);
  });
});

describe('C: csrf tokens', () => {
  it('bad C17 bad C18 bad C19 none is issued here; made-up, foreign or in the query, they change nothing', async () => {
    const login = await server.post('/v1/login', { payload: { email: ALICE, password: PASSWORD } });
    const [victim, other] = [await enter(), await enter(MALLORY)];
    const foreign = other.cookie.slice('session-key='.length);
    const shown = { 'x-csrf-token': foreign, 'x-xsrf-token': foreign };

    const answers = [
      await leave({ ...victim, ...shown, origin: EVIL }),
      await leave({ ...victim, origin: EVIL }, '?csrf=x&csrfToken=x&_csrf=x'),
      await leave({ ...victim, ...shown }, '?csrf=x'),
    ];

    expect(login.body + String(login.headers['set-cookie'])).not.toMatch(/csrf|xsrf/i);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([403, 403, 200]);
    expect([await isLive(victim), await isLive(other)]).toEqual([false, true]);
  });
});

describe('K: the cookie alone carries the token', () => {
  it.each(AUTHORIZATIONS)('$title: 200 with a good cookie beside it, 401 otherwise', async ({ make }) => {
    const token = await dittofiToken(server, ALICE);
    const lines = make('session-key', token);
    const good = `Cookie: session-key=${token}`;
    const withCookie = lines.some((line) => line.startsWith('Cookie')) ? [] : [good];

    const answers = [await raw('GET /v1/me', lines), await raw('GET /v1/me', [...lines, ...withCookie])];

    const beside = [lines, [...lines, ...withCookie]].map((each) => (each.includes(good) ? 200 : 401));
    expect(answers.map(({ status }) => status)).toEqual(beside);
  });

  it.each(AUTHORIZATIONS.filter(({ title }) => /K1[2-5]/.test(title)))(
    '$title: at logout 200, and the session lives',
    async ({ make }) => {
      const token = await dittofiToken(server, ALICE);

      const answer = await raw('GET /v1/logout_user', make('session-key', token));

      expect([answer.status, await isLive({ cookie: `session-key=${token}` })]).toEqual([200, true]);
    },
  );

  it('bad K2 a logout with a live bearer of ours beside the cookie ends the session of the cookie alone', async () => {
    const [here, there] = [await enter(), await server.logIn(ALICE)];

    await server.get('/v1/logout_user', { headers: { ...here, ...(bearer(there.token).headers as Headers) } });

    expect([await isLive(here), await server.statusOfSession(there.token)]).toEqual([false, 200]);
  });

  it.each(['jsessionid', 'session-key'])('bad K19 404 for ;%s= in the path, with a cookie and alone', async (name) => {
    const [one, other] = [await enter(), await enter()];
    const suffix = `;${name}=${other.cookie.slice('session-key='.length)}`;

    const answers = await Promise.all([
      server.get(`/v1/me${suffix}`, { headers: one }),
      server.get(`/v1/me${suffix}`),
      server.get(`/v1/logout_user${suffix}`, { headers: one }),
    ]);

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404]);
    expect([await isLive(one), await isLive(other)]).toEqual([true, true]);
  });

  it('bad K19 a query that disagrees with the cookie: the cookie decides', async () => {
    const [one, other] = [await enter(), await enter()];
    const query = `?jsessionid=x&${other.cookie}`;

    const known = await server.get(`/v1/me${query}`, { headers: one });
    await leave(one, query);

    expect([known.statusCode, await isLive(one), await isLive(other)]).toEqual([200, false, true]);
  });
});

describe('Q: the query decides nothing', () => {
  const ROWS: [string, string][] = [
    ['bad Q1 logout=true&logout=false', 'logout=true&logout=false'],
    ['bad Q1 the other way round', 'logout=false&logout=true'],
    ['bad Q2 logout=TRUE', 'logout=TRUE'],
    ['bad Q2 logout=1', 'logout=1'],
    ['bad Q2 logout empty', 'logout='],
    ['bad Q3 key twice', 'key=a&key=b'],
    ['bad Q3 the cookie’s name twice', 'session-key=a&session-key=b'],
    ['bad Q4 key[]', 'key[]=a&session-key[]=b&email[]=c'],
    ['bad Q5 a key that no one asked for', 'key=0123456789abcdef0123456789abcdef'],
    ['bad Q6 %6cogout=true', '%6cogout=true'],
    ['bad Q7 1,000 parameters', 'a=1&'.repeat(1_000)],
    ['bad Q8 &&&=', '&&&='],
    ['bad Q9 + and %20', 'a=+%20&+logout=true&%20logout=true'],
    ['bad Q10 __proto__[x]=1', '__proto__[x]=1&__proto__=1&constructor[prototype][x]=1'],
    ['bad Q11 semicolon separators', 'logout=true;email=a;b'],
    ['bad Q12 invalid percent', 'a=%&b=%zz&%=c&logout=%ff'],
    ['bad Q12 a lone surrogate and NUL', 'a=%ed%a0%80&b=%00'],
    ['other credentials', `email=${MALLORY}&username=${MALLORY}&password=x`],
  ];

  it.each(ROWS)('%s: /v1/me knows the cookie, no stranger, and ends nothing', async (_, query) => {
    const cookie = await enter();

    const [known, stranger] = [
      await server.get(`/v1/me?${query}`, { headers: cookie }),
      await server.get(`/v1/me?${query}`),
    ];

    expect([known.statusCode, known.json(), stranger.statusCode, stranger.json()]).toMatchObject([
      200,
      { data: { username: ALICE } },
      401,
      UNAUTHORIZED,
    ]);
    expect(await isLive(cookie)).toBe(true);
  });

  it.each(ROWS)('%s: /v1/logout_user ends the session of the cookie', async (_, query) => {
    const cookie = await enter();

    const [refused, answer] = [await leave({ ...cookie, origin: EVIL }, `?${query}`), await leave(cookie, `?${query}`)];

    expect([refused.statusCode, answer.statusCode, answer.json(), await isLive(cookie)]).toEqual([
      403,
      200,
      { data: null },
      false,
    ]);
  });

  it.each(ROWS)('%s: /v1/login looks at the body alone', async (_, query) => {
    const logIn = (password: string) => server.post(`/v1/login?${query}`, { payload: { email: ALICE, password } });

    const [right, wrong] = [await logIn(PASSWORD), await logIn('not the password')];

    expect([right.statusCode, right.json(), wrong.statusCode, wrong.headers['set-cookie']]).toMatchObject([
      200,
      { data: { username: ALICE } },
      403,
      undefined,
    ]);
  });

  it('bad Q5 credentials in the query alone: 400 without a cookie', async () => {
    const query = new URLSearchParams({ email: ALICE, password: PASSWORD }).toString();

    const answers = [
      await server.post(`/v1/login?${query}`),
      await server.post(`/v1/login?${query}`, { payload: {} }),
      await server.post(`/v1/login?password=${encodeURIComponent(PASSWORD)}`, { payload: { email: ALICE } }),
    ];

    expect(answers.map(({ statusCode, headers }) => [statusCode, headers['set-cookie']])).toEqual([
      [400, undefined],
      [400, undefined],
      [400, undefined],
    ]);
  });

  it.each(['GET /v1/me', 'GET /v1/logout_user', 'POST /v1/login'])(
    'bad Q7 %s with a query of 20 KiB: 431 before it is read',
    async (route) => {
      const cookie = await enter();

      const answer = await raw(`${route}?${'a=1&'.repeat(5_000)}`, [`Cookie: ${cookie.cookie}`]);

      expect([answer.status, await isLive(cookie)]).toEqual([431, true]);
    },
  );
});
