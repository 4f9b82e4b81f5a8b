import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, PASSWORD, TestServer, type Answer } from '../server.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start({ BASE_URL: 'https://sessions.example.test' });
  await server.signUp('alice@example.test', { displayName: 'Alice' });
});
afterAll(() => server.stop());

const credentials = (fields: object = {}) =>
  JSON.stringify({ email: 'alice@example.test', password: PASSWORD, ...fields });
const AS_GENERATED = { 'content-type': 'text/plain;charset=UTF-8', accept: 'application/json' };
const login = (
  base = '/v1',
  payload: string | undefined = credentials(),
  headers: Record<string, string> = AS_GENERATED,
) => server.post(`${base}/login`, { headers, ...(payload !== undefined && { payload }) });
const cookieOf = (answer: Answer) => ({ cookie: String(answer.headers['set-cookie']).split(';')[0]! });
const me = (headers: Record<string, string> = {}, base = '/v1') => server.get(`${base}/me`, { headers });
const UNAUTHORIZED = { error: { code: 'unauthorized', message: 'no user id found', param: 'password' } };
const USER = {
  id: expect.any(String) as string,
  email: 'alice@example.test',
  username: 'alice@example.test',
  name: 'Alice',
  created_at: expect.any(String) as string,
};

describe.each(['/v1', '/iapi/v1'])('the four-step check of the article, under %s', (base) => {
  it.each(['logout_user', 'logout'])(
    '1. guarded endpoint, no login: 401. 2. log in, guarded endpoint: 200. 3. GET %s: 200. 4. guarded endpoint: 401',
    async (path) => {
      const stranger = await me({}, base);
      const loggedIn = await login(base);
      const known = await me(cookieOf(loggedIn), base);
      const loggedOut = await server.get(`${base}/${path}`, { headers: cookieOf(loggedIn) });
      const after = await me(cookieOf(loggedIn), base);

      expect([stranger, loggedIn, known, loggedOut, after].map(({ statusCode }) => statusCode)).toEqual([
        401, 200, 200, 200, 401,
      ]);
      expect([stranger.json(), known.json(), loggedOut.json(), after.json()]).toEqual([
        UNAUTHORIZED,
        { data: USER },
        { data: null },
        UNAUTHORIZED,
      ]);
    },
  );
});

describe('POST /v1/login', () => {
  it('200 with the user and the cookie of this wire, for 30 days', async () => {
    const answer = await login();

    expect(answer.json()).toEqual({ data: USER });
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers['set-cookie']).toMatch(
      /^session-key=cfs_[\w-]{86}; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  it('gives the session 30 days, idle or not', async () => {
    const { token, id } = await sessionOf(await login());

    const [row] = await server.sql(
      `select contract, round(extract(epoch from expires_at - created_at)) as life, round(extract(epoch from idle_until - last_seen_at)) as idle from sessions where id = $1`,
      [id],
    );

    expect(row).toEqual({ contract: 'dittofi', life: '2592000', idle: '2592000' });
    expect(token).toMatch(/^cfs_/);
  });

  it.each([
    ['JSON as text/plain', 'text/plain;charset=UTF-8', credentials()],
    ['JSON as JSON', 'application/json', credentials()],
    ['JSON without a content type', '', credentials()],
    [
      'a username instead of the e-mail',
      'application/json',
      JSON.stringify({ username: 'ALICE@example.test', password: PASSWORD }),
    ],
    [
      'a form',
      'application/x-www-form-urlencoded',
      new URLSearchParams({ email: 'alice@example.test', password: PASSWORD }).toString(),
    ],
    [
      'a multipart form',
      'multipart/form-data; boundary=x',
      [
        '--x',
        'Content-Disposition: form-data; name="email"',
        '',
        'alice@example.test',
        '--x',
        'Content-Disposition: form-data; name="password"',
        '',
        PASSWORD,
        '--x--',
        '',
      ].join('\r\n'),
    ],
    ['fields that no one asked for', 'text/plain', credentials({ remember: true, role: 'admin' })],
  ])('200 for %s', async (_, type, payload) => {
    const answer = await login('/v1', payload, type ? { 'content-type': type } : {});

    expect([answer.statusCode, answer.json()]).toEqual([200, { data: USER }]);
  });

  it.each([
    ['a wrong password', credentials({ password: 'not the password' })],
    ['an unknown user', credentials({ email: 'nobody@example.test' })],
  ])('403 for %s, with the same text and no cookie', async (_, payload) => {
    const answer = await login('/v1', payload);

    expect([answer.statusCode, answer.json()]).toEqual([
      403,
      { error: { code: 'unauthorized', message: 'invalid login credentials' } },
    ]);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it.each([
    ['no JSON', 'email=alice', { code: 'invalid_json', message: 'The body is not JSON.' }],
    ['no object', '[]', { code: 'invalid_json', message: 'The body is not a JSON object.' }],
    [
      'no password',
      JSON.stringify({ email: 'alice@example.test' }),
      { code: 'invalid_json', message: 'This field is required', param: 'password' },
    ],
    [
      'no e-mail',
      JSON.stringify({ password: PASSWORD }),
      { code: 'invalid_json', message: 'This field is required', param: 'email' },
    ],
    [
      'an empty e-mail',
      credentials({ email: '' }),
      { code: 'invalid_json', message: 'This field is required', param: 'email' },
    ],
    [
      'a malformed e-mail',
      credentials({ email: 'alice' }),
      { code: 'invalid_json', message: 'Invalid email', param: 'email' },
    ],
  ])('400 for %s', async (_, payload, error) => {
    const answer = await login('/v1', payload);

    expect([answer.statusCode, answer.json()]).toEqual([400, { error }]);
  });

  it('400 without a body', async () => {
    expect((await server.post('/v1/login')).statusCode).toBe(400);
  });

  it('ends the session of the cookie that came along', async () => {
    const first = await login();

    const second = await login('/v1', credentials(), { 'content-type': 'text/plain', ...cookieOf(first) });

    expect([(await me(cookieOf(first))).statusCode, (await me(cookieOf(second))).statusCode]).toEqual([401, 200]);
  });
});

describe('GET /v1/logout_user', () => {
  it.each([
    ['no cookie', {}],
    ['a cookie that cannot be decoded', { cookie: 'session-key=%%%' }],
    ['a cookie of a session that never was', { cookie: `session-key=cfs_${'A'.repeat(86)}` }],
  ])('200 with %s, and the cookie is expired', async (_, headers) => {
    const answer = await server.get('/v1/logout_user', { headers });

    expect([answer.statusCode, answer.body]).toEqual([200, '{"data":null}']);
    expect(answer.headers['set-cookie']).toBe(
      'session-key=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax',
    );
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('200 a second time', async () => {
    const headers = cookieOf(await login());

    const answers = [
      await server.get('/v1/logout_user', { headers }),
      await server.get('/v1/logout_user', { headers }),
    ];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
  });

  it('leaves the other sessions of the user alone', async () => {
    const [here, there] = [await login(), await login()];

    await server.get('/v1/logout_user', { headers: cookieOf(here) });

    expect((await me(cookieOf(there))).statusCode).toBe(200);
  });

  it('asvs 3.5.3 HEAD, prefetch, image and cross-site requests end nothing', async () => {
    const cookie = cookieOf(await login());
    const tricks = [
      { method: 'HEAD' as const, headers: {} },
      { method: 'GET' as const, headers: { purpose: 'prefetch' } },
      { method: 'GET' as const, headers: { 'sec-purpose': 'prefetch;prerender', 'sec-fetch-site': 'same-origin' } },
      {
        method: 'GET' as const,
        headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors' },
      },
      {
        method: 'GET' as const,
        headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' },
      },
      { method: 'GET' as const, headers: { origin: 'https://evil.example' } },
      { method: 'GET' as const, headers: { origin: 'null' } },
      { method: 'GET' as const, headers: { referer: 'https://evil.example/?https://sessions.example.test' } },
    ];

    const answers = await Promise.all(
      tricks.map(({ method, headers }) =>
        server.request({ method, url: '/v1/logout_user', headers: { ...headers, ...cookie } }),
      ),
    );

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([405, 403, 403, 403, 403, 403, 403, 403]);
    expect((await me(cookie)).statusCode).toBe(200);
  });

  it.each(['POST', 'PUT', 'DELETE'] as const)('405 with Allow for %s, and nothing ends', async (method) => {
    const cookie = cookieOf(await login());

    const answer = await server.request({ method, url: '/v1/logout_user', headers: cookie });

    expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'GET']);
    expect((await me(cookie)).statusCode).toBe(200);
  });

  it.each(['/v1/logout_user/', '/v1/Logout_User', '/V1/logout_user', '//v1/logout_user'])('404 for %s', async (url) => {
    expect((await server.get(url)).statusCode).toBe(404);
  });
});

describe('the guard of this wire', () => {
  it('401 for a native token in its cookie, and for its own token as bearer', async () => {
    const native = await server.logIn('alice@example.test');
    const { token } = await sessionOf(await login());

    expect((await me({ cookie: `session-key=${native.token}` })).statusCode).toBe(401);
    expect((await server.get('/v1/me', bearer(token))).statusCode).toBe(401);
  });

  it('its token is known to our own routes as bearer', async () => {
    const { token } = await sessionOf(await login());

    expect((await server.get('/api/v1/auth/session', bearer(token))).json()).toMatchObject({
      session: { contract: 'dittofi' },
    });
  });

  it('bad K1 401 for two cookies of its name, and a logout ends both', async () => {
    const [first, second] = [cookieOf(await login()).cookie, cookieOf(await login()).cookie];

    expect((await me({ cookie: `${first}; ${second}` })).statusCode).toBe(401);
    await server.get('/v1/logout_user', { headers: { cookie: `${first}; ${second}` } });

    expect([(await me({ cookie: first })).statusCode, (await me({ cookie: second })).statusCode]).toEqual([401, 401]);
  });

  it.each([
    ['disabled', `update users set status = 'disabled' where id = $1`],
    ['deleted', 'delete from users where id = $1'],
  ])('401 once the user is %s', async (_, sql) => {
    const userId = await server.signUp(`gone-${_}@example.test`);
    const cookie = cookieOf(await login('/v1', credentials({ email: `gone-${_}@example.test` })));
    await server.sql(sql, [userId]);

    const answer = await me(cookie);

    expect([answer.statusCode, answer.json()]).toEqual([401, UNAUTHORIZED]);
  });

  it('no challenge that would open a browser’s prompt', async () => {
    expect((await me()).headers['www-authenticate']).toBeUndefined();
  });
});

describe('POST /v1/signup', () => {
  const signUp = (fields: object = {}) =>
    server.post('/v1/signup', {
      headers: { 'content-type': 'text/plain' },
      payload: JSON.stringify({ email: 'new@example.test', password: PASSWORD, confirm_password: PASSWORD, ...fields }),
    });

  it('403 where the application does not allow it', async () => {
    expect((await signUp()).json()).toMatchObject({ error: { code: 'unauthorized' } });
  });

  it('200, logged in; 409 for the same name again; 400 for passwords that differ', async () => {
    await server.sql('update applications set is_registration_open = true');

    const [first, second, third] = [
      await signUp(),
      await signUp(),
      await signUp({ email: 'third@example.test', confirm_password: 'another password' }),
    ];

    expect([first.statusCode, first.json(), (await me(cookieOf(first))).statusCode]).toEqual([
      200,
      { data: null },
      200,
    ]);
    expect([second.statusCode, second.json()]).toEqual([
      409,
      { error: { code: 'conflict', message: 'This user name is taken.' } },
    ]);
    expect([third.statusCode, third.json()]).toEqual([
      400,
      { error: { code: 'invalid_json', message: 'Passwords do not match', param: 'confirm_password' } },
    ]);
  });
});

describe('frontends on another, listed origin', () => {
  const origin = 'https://app.example.org';
  const page = { origin, 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'empty', 'content-type': 'text/plain' };

  it('log in, are known and log out, with a cookie for cross-site use and CORS for exactly them', async () => {
    await server.sql('update applications set allowed_origins = $1', [[origin]]);

    const loggedIn = await login('/iapi/v1', credentials(), page);
    const loggedOut = await server.get('/iapi/v1/logout', { headers: { ...page, ...cookieOf(loggedIn) } });

    expect(loggedIn.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      vary: 'Origin',
    });
    expect(
      [loggedIn, loggedOut].map(({ headers }) => String(headers['set-cookie']).includes('Secure; SameSite=None')),
    ).toEqual([true, true]);
    expect([loggedOut.statusCode, (await me(cookieOf(loggedIn))).statusCode]).toEqual([200, 401]);
  });

  it('may ask before with a preflight', async () => {
    const answer = await server.request({
      method: 'OPTIONS',
      url: '/iapi/v1/login',
      headers: { origin, 'access-control-request-method': 'POST' },
    });

    expect([
      answer.statusCode,
      answer.headers['access-control-allow-headers'],
      answer.headers['access-control-allow-methods'],
    ]).toEqual([204, 'accept, authorization, content-type', 'GET, POST, PUT, PATCH, DELETE']);
  });

  it.each([
    'https://app.example.org.evil.example',
    'http://app.example.org',
    'https://app.example.org:443',
    'https://APP.example.org',
    'null',
  ])('bad C11 asvs 3.4.2 no CORS headers and no session for %s', async (other) => {
    const answer = await login('/v1', credentials(), { origin: other, 'content-type': 'text/plain' });

    expect([answer.statusCode, answer.headers['access-control-allow-origin'], answer.headers['set-cookie']]).toEqual([
      403,
      undefined,
      undefined,
    ]);
  });
});

async function sessionOf(answer: Answer): Promise<{ token: string; id: string }> {
  const token = cookieOf(answer).cookie.slice('session-key='.length);
  const { session } = (await server.get('/api/v1/auth/session', bearer(token))).json<{ session: { id: string } }>();
  return { token, id: session.id };
}
