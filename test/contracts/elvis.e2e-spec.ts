import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bearer, both, PASSWORD, TestServer } from '../server.js';
import {
  ALICE,
  apiToken,
  BAD_CSRF,
  cookiesOf,
  credOf,
  enter,
  form,
  isLive,
  JSON_TYPE,
  LOGGED_OUT,
  multipart,
  NOT_LOGGED_IN,
  OWN,
  sessionIn,
} from './elvis.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start({ BASE_URL: OWN });
  await server.signUp(ALICE, { displayName: 'Alice' });
});
afterAll(() => server.stop());
beforeEach(() => settings({}));

const settings = (elvis: object) => server.sql('update applications set wires = $1', [{ elvis }]);
const PAIR = { username: ALICE, password: PASSWORD };
const FAULT = { loginSuccess: false, loginFaultMessage: 'The credentials were not accepted.' };
const RIGHT = {
  loginSuccess: true,
  serverVersion: '6.0.1.8',
  csrfToken: expect.stringMatching(/^[\w-]{22}$/) as string,
};
const PROFILE = {
  username: ALICE,
  fullName: 'Alice',
  email: ALICE,
  userZone: 'default',
  authorities: ['ROLE_USER'],
  groups: [],
};
const EXPIRED = ['authToken', 'JSESSIONID'].map(
  (name) => `${name}=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax`,
);
const login = (fields: Record<string, string> = PAIR, headers: Record<string, string> = {}) =>
  server.post('/services/login', both(form(fields), { headers }));
const logout = (headers: Record<string, string> = {}, url = '/services/logout') => server.post(url, { headers });

describe('POST /services/login', () => {
  it('right: loginSuccess, serverVersion, csrfToken and two session cookies of one value', async () => {
    const answer = await login();

    expect([answer.statusCode, answer.json(), answer.headers['content-type']]).toEqual([200, RIGHT, JSON_TYPE]);
    expect(answer.body).not.toMatch(/\s|errorcode|sessionId/);
    const { token } = sessionIn(answer);
    expect(cookiesOf(answer)).toEqual(
      ['authToken', 'JSESSIONID'].map((name) => `${name}=${token}; Path=/; HttpOnly; Secure; SameSite=Lax`),
    );
  });

  it.each([
    ['the query of a POST', `/services/login?${new URLSearchParams(PAIR).toString()}`, {}],
    ['a form', '/services/login', form(PAIR)],
    ['multipart', '/services/login', multipart(PAIR)],
    ['JSON', '/services/login', { payload: { ...PAIR, timezoneOffset: -60, locale: null } }],
    ['cred in a form', '/services/login', form({ cred: credOf() })],
    ['cred before the pair', '/services/login', form({ cred: credOf(), username: 'nobody', password: 'x' })],
    ['the pair where cred does not decode', '/services/login', form({ ...PAIR, cred: '%%%' })],
    ['the pair where cred has no colon', '/services/login', form({ ...PAIR, cred: 'YWxpY2U=' })],
    ['multipart before the query', '/services/login?username=nobody&password=x', multipart(PAIR)],
    ['a form before the query', '/services/login?username=nobody&password=x', form(PAIR)],
    [
      'line breaks around names and values',
      `/services/login?%0D%0A%20username%20=${encodeURIComponent(ALICE)}%0D%0A&%0Apassword=%0A${encodeURIComponent(PASSWORD)}`,
      {},
    ],
    [
      'bad Q6 a name percent-encoded',
      `/services/login?%75sername=${ALICE}&passwor%64=${encodeURIComponent(PASSWORD)}`,
      {},
    ],
    ['bad Q9 + for a blank', `/services/login?username=${ALICE}&password=${PASSWORD.replaceAll(' ', '+')}`, {}],
    ['bad Q9 %20 for a blank', `/services/login?username=${ALICE}&password=${PASSWORD.replaceAll(' ', '%20')}`, {}],
    ['a doubled slash', `//services/login`, form(PAIR)],
    [
      'parameters in the query, and an empty body as application/json',
      `/services/login?cred=${encodeURIComponent(credOf())}`,
      { headers: { 'content-type': 'application/json' } },
    ],
  ])('right by %s', async (_, url, options) => {
    const answer = await server.post(url, options);

    expect(answer.json()).toEqual(RIGHT);
    sessionIn(answer);
  });

  it('right by cred in a query whose + became a space', async () => {
    await server.signUp('pl~us');
    const cred = credOf('pl~us');
    expect(cred).toContain('+');

    const answers = [
      await server.post(`/services/login?cred=${cred}`),
      await server.post(`/services/login?cred=${encodeURIComponent(cred)}`),
    ];

    expect(answers.map((answer) => answer.json<object>())).toEqual([RIGHT, RIGHT]);
    answers.forEach(sessionIn);
  });

  it.each([
    ['wrong password', { ...PAIR, password: 'not the password' }],
    ['unknown user', { ...PAIR, username: 'nobody@example.test' }],
    ['nothing given', {}],
    ['an empty password', { ...PAIR, password: '' }],
    ['bad L17 a cred that is no base64', { cred: 'a:b' }],
    ['bad L17 a cred without colon', { cred: Buffer.from('alice').toString('base64') }],
    ['bad L17 a cred that is no UTF-8', { cred: Buffer.of(0xff, 0x3a, 0x61).toString('base64') }],
    ['bad L5 a password of 1,025 bytes', { ...PAIR, password: 'x'.repeat(1_025) }],
    ['bad L15 a name of 10 KiB', { ...PAIR, username: 'x'.repeat(10_240) }],
    ['bad L7 a NUL behind the name', { ...PAIR, username: `${ALICE}\0` }],
  ])('%s: loginSuccess false, no cookie, no csrfToken', async (_, fields) => {
    const answer = await login(fields as Record<string, string>);

    expect([answer.statusCode, answer.json(), answer.headers['content-type']]).toEqual([200, FAULT, JSON_TYPE]);
    expect(cookiesOf(answer)).toEqual([]);
  });

  it('wrong password: 200 as well where failures are statuses', async () => {
    await settings({ sendServiceErrorAsJson: false });

    const answer = await login({ ...PAIR, password: 'not the password' });

    expect([answer.statusCode, answer.json()]).toEqual([200, FAULT]);
  });

  it('disabled user: a text of its own for the right password, the usual one for a wrong one', async () => {
    const id = await server.signUp('disabled@example.test');
    await server.sql(`update users set status = 'disabled' where id = $1`, [id]);

    const [right, wrong] = [
      await login({ ...PAIR, username: 'disabled@example.test' }),
      await login({ username: 'disabled@example.test', password: 'not the password' }),
    ];

    expect([right.json(), cookiesOf(right), wrong.json()]).toEqual([
      { loginSuccess: false, loginFaultMessage: 'This user is disabled.' },
      [],
      FAULT,
    ]);
  });

  it('clientType without api_: ignored', async () => {
    expect((await login({ ...PAIR, clientType: 'web' })).json()).toEqual(RIGHT);
  });

  it('already logged in: a new session; the old one of this cookie is ended', async () => {
    const first = await enter(server);

    const second = sessionIn(await login(PAIR, first.cookie));

    expect([await isLive(server, first.cookie), await isLive(server, second.cookie)]).toEqual([false, true]);
  });

  it('a made-up bearer and an old csrf header are not looked at', async () => {
    const answer = await login(PAIR, { authorization: 'Bearer made-up', 'x-csrf-token': 'old', cookie: 'authToken=x' });

    expect(answer.json()).toEqual(RIGHT);
  });

  it('returnProfile=true: userProfile', async () => {
    expect((await login({ ...PAIR, returnProfile: 'true' })).json()).toEqual({ ...RIGHT, userProfile: PROFILE });
    expect((await login({ ...PAIR, returnProfile: 'false' })).json()).toEqual(RIGHT);
  });

  it('nextUrl and failUrl: 302 to a page of our own, with the cookie or without', async () => {
    const forms = { ...PAIR, nextUrl: '/welcome?a=b', failUrl: 'again.html' };

    const [right, wrong] = [await login(forms), await login({ ...forms, password: 'not the password' })];

    expect([right, wrong].map(({ statusCode, headers }) => [statusCode, headers.location])).toEqual([
      [302, '/welcome?a=b'],
      [302, '/again.html'],
    ]);
    expect([cookiesOf(right).length, cookiesOf(wrong).length]).toEqual([2, 0]);
  });

  it.each(['//e.example', 'https://e.example/', 'javascript:alert(1)', '/\\e.example', ''])(
    'nextUrl %j: not followed',
    async (nextUrl) => {
      const answer = await login({ ...PAIR, nextUrl });

      expect([answer.statusCode, answer.headers.location, answer.json()]).toEqual([200, undefined, RIGHT]);
    },
  );

  it.each([
    ['in the query', '/services/login?username=a&username=b&password=x', {}],
    ['in a form', '/services/login', { ...form({}), payload: 'username=a&username=b&password=x' }],
    ['as a name in two spellings', '/services/login?username=a&%0Ausername=b&password=x', {}],
  ])('bad Q3 a name given twice %s: errorcode 400', async (_, url, options) => {
    const answer = await server.post(url, options);

    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      { errorcode: 400, message: 'username: must be given once' },
    ]);
  });

  it.each([
    ['bad B1 {', '{', 'application/json'],
    ['bad B3 []', '[]', 'application/json'],
    ['bad B4 depth 10,000', '['.repeat(10_000), 'application/json'],
    ['bad B5 duplicate keys', '{"username":"a","username":"b"}', 'application/json'],
    ['bad B6 __proto__', '{"__proto__":{"username":"a"}}', 'application/json'],
    ['bad B17 a form as JSON', 'username=a&password=b', 'application/json'],
    ['bad B18 multipart without boundary', 'x', 'multipart/form-data'],
    [
      'bad B20 a file part',
      '--b\r\nContent-Disposition: form-data; name="username"; filename="a"\r\n\r\nx\r\n--b--\r\n',
      'multipart/form-data; boundary=b',
    ],
  ])('%s: errorcode 400', async (_, payload, type) => {
    const answer = await server.post('/services/login', { payload, headers: { 'content-type': type } });

    expect([answer.statusCode, answer.json()]).toMatchObject([200, { errorcode: 400 }]);
  });

  it.each([
    ['bad B9 17 KiB', 413, { payload: 'x'.repeat(17_408), headers: { 'content-type': 'text/plain' } }],
    ['bad B11 a compressed body', 415, { payload: 'x', headers: { 'content-encoding': 'gzip' } }],
  ])('%s: %i', async (_, status, options) => {
    const answer = await server.post('/services/login', options);

    expect([answer.statusCode, answer.json()]).toMatchObject([status, { errorcode: status }]);
  });

  it.each([
    ['bad Q4 username[]', `/services/login?username[]=${ALICE}&password[]=x`],
    ['bad Q8 &&&=', '/services/login?&&&='],
    ['bad Q10 __proto__[x]', '/services/login?__proto__[x]=1'],
    ['bad Q11 semicolons', `/services/login?username=${ALICE};password=x`],
    ['bad Q12 invalid percent', '/services/login?username=%zz&password=%'],
    ['a body of another kind', '/services/login'],
  ])('%s: nothing given', async (_, url) => {
    const answer = await server.post(url, { payload: 'x', headers: { 'content-type': 'application/xml' } });

    expect([answer.statusCode, answer.json()]).toEqual([200, FAULT]);
  });

  it('bad Q7 1,000 parameters: 400', async () => {
    const parameters = Array.from({ length: 1_000 }, (_, index) => `a${index}=1`).join('&');

    const answer = await server.post(`/services/login?${parameters}`);

    const message = 'The query has more than 200 parameters.';
    expect([answer.statusCode, answer.json()]).toEqual([400, { errorcode: 400, message }]);
  });

  it('429 with the errorcode after too many failures', async () => {
    await server.signUp('guessed@example.test');
    const guess = () => login({ username: 'guessed@example.test', password: 'not the password' });
    let answer = await guess();
    for (let count = 0; count < 30 && answer.statusCode === 200; count++) answer = await guess();

    expect([answer.statusCode, answer.json()]).toMatchObject([429, { errorcode: 429 }]);
    expect(answer.headers['retry-after']).toMatch(/^\d+$/);
  });

  it('gives the session 30 minutes without a request, and a day', async () => {
    const { token } = await enter(server);

    const [row] = await server.sql(
      `select contract, csrf_hash is not null as csrf, round(extract(epoch from expires_at - created_at)) as life,
       round(extract(epoch from idle_until - last_seen_at)) as idle from sessions where secret_hash = sha256($1)`,
      [Buffer.from(token.slice(4), 'base64url').subarray(32)],
    );

    expect(row).toEqual({ contract: 'elvis', csrf: true, life: '86400', idle: '1800' });
  });
});

describe('GET /services/login', () => {
  const url = `/services/login?${new URLSearchParams(PAIR).toString()}`;

  it('by default: errorcode 405, no session', async () => {
    const answer = await server.get(url);

    expect([answer.statusCode, answer.json(), answer.headers.allow, cookiesOf(answer)]).toEqual([
      200,
      { errorcode: 405, message: 'Log in by POST.' },
      'POST',
      [],
    ]);
  });

  it('opened: as by POST, and the sessionId in the body', async () => {
    await settings({ isGetLoginOpen: true });

    const answer = await server.get(url);

    const { token } = sessionIn(answer);
    expect(answer.json()).toEqual({ ...RIGHT, sessionId: token });
    expect((await server.get(`/services/profile;jsessionid=${token}`)).json()).toEqual(PROFILE);
  });

  it('bad C20 opened: not for a page of another site', async () => {
    await settings({ isGetLoginOpen: true });

    const answer = await server.get(url, { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' } });

    expect([answer.statusCode, cookiesOf(answer)]).toEqual([403, []]);
  });
});

describe('POST /services/apilogin', () => {
  const apiLogin = (options: object, url = '/services/apilogin') => server.post(url, options);

  it.each([
    ['a form', form({ ...PAIR, clientId: 'press' })],
    ['multipart', multipart(PAIR)],
    ['cred', form({ cred: credOf() })],
  ])('right by %s: authToken, loginFaultMessage null, no cookie', async (_, options) => {
    const answer = await apiLogin(options);

    expect([answer.statusCode, answer.json(), answer.headers['content-type'], cookiesOf(answer)]).toEqual([
      200,
      {
        loginSuccess: true,
        loginFaultMessage: null,
        serverVersion: '6.0.1.8',
        authToken: expect.stringMatching(/^cfs_/) as string,
      },
      JSON_TYPE,
      [],
    ]);
  });

  it('wrong: loginSuccess false, no authToken', async () => {
    const answer = await apiLogin(form({ ...PAIR, password: 'not the password' }));

    expect([answer.statusCode, answer.json()]).toEqual([200, FAULT]);
  });

  it('a made-up bearer is not looked at, and the session of a cookie lives on', async () => {
    const session = await enter(server);

    const answer = await apiLogin(both(form(PAIR), { headers: { authorization: 'Bearer x', ...session.cookie } }));

    expect(answer.json()).toMatchObject({ loginSuccess: true });
    expect(await isLive(server, session.cookie)).toBe(true);
  });

  it('no CORS headers for a page of another origin', async () => {
    const answer = await apiLogin(both(form(PAIR), { headers: { origin: 'https://e.example' } }));

    expect([answer.headers['access-control-allow-origin'], answer.body.includes('cfs_')]).toEqual([undefined, false]);
  });
});

describe('POST /services/logout', () => {
  it('cookie session + right X-CSRF-TOKEN: logoutSuccess, a boolean; cookie expired; ended', async () => {
    const { cookie, csrf } = await enter(server);

    const answer = await logout({ ...cookie, ...csrf });

    expect([answer.statusCode, answer.body, answer.headers['content-type'], cookiesOf(answer)]).toEqual([
      200,
      '{"logoutSuccess":true}',
      JSON_TYPE,
      EXPIRED,
    ]);
    expect(await isLive(server, cookie)).toBe(false);
  });

  it('bearer, no csrf, JSON content type, empty body: token ended', async () => {
    const token = await apiToken(server);

    const answer = await server.post(
      '/services/logout',
      both(bearer(token), { headers: { 'content-type': 'application/json' } }),
    );

    expect([answer.statusCode, answer.json(), await isLive(server, bearer(token).headers as never)]).toEqual([
      200,
      LOGGED_OUT,
      false,
    ]);
  });

  it('apilogin token in cookie, no csrf: token ended', async () => {
    const cookie = { cookie: `authToken=${await apiToken(server)}` };

    const answer = await logout(cookie);

    expect([answer.json(), await isLive(server, cookie)]).toEqual([LOGGED_OUT, false]);
  });

  it.each([
    ['missing', {}],
    ['wrong', { 'x-csrf-token': 'q1w2e3r4t5z6u7i8o9p0aA' }],
    ['empty', { 'x-csrf-token': '' }],
  ])('bad C17 cookie session, csrf %s: errorcode 403, and the session lives on', async (_, headers) => {
    const { cookie } = await enter(server);

    const answer = await logout({ ...cookie, ...headers } as Record<string, string>);

    expect([answer.statusCode, answer.json(), cookiesOf(answer)]).toEqual([200, BAD_CSRF, []]);
    expect(await isLive(server, cookie)).toBe(true);
  });

  it('one cookie twice, csrf missing: errorcode 403, and the session lives on', async () => {
    const { token, cookie } = await enter(server);

    const answer = await logout({ cookie: `authToken=${token}; authToken=${token}` });

    expect([answer.json(), cookiesOf(answer), await isLive(server, cookie)]).toEqual([BAD_CSRF, [], true]);
  });

  it('bad C18 csrf of another session: errorcode 403, both live on', async () => {
    const [one, other] = [await enter(server), await enter(server)];

    const answer = await logout({ ...one.cookie, ...other.csrf });

    expect([answer.json(), await isLive(server, one.cookie), await isLive(server, other.cookie)]).toEqual([
      BAD_CSRF,
      true,
      true,
    ]);
  });

  it('bad C19 csrf in the query: errorcode 403', async () => {
    const { cookie, csrfToken } = await enter(server);

    const answer = await logout(cookie, `/services/logout?X-CSRF-TOKEN=${csrfToken}&csrfToken=${csrfToken}`);

    expect([answer.json(), await isLive(server, cookie)]).toEqual([BAD_CSRF, true]);
  });

  it('a token of login as bearer needs its csrf token, too: how it was issued decides', async () => {
    const { token, csrf } = await enter(server);
    const header = { authorization: `Bearer ${token}` };

    const answers = [await logout(header), await logout({ ...header, ...csrf })];

    expect([...answers.map((answer) => answer.json<object>()), await isLive(server, header)]).toEqual([
      BAD_CSRF,
      LOGGED_OUT,
      false,
    ]);
  });

  it('csrf missing: HTTP 403 where failures are statuses', async () => {
    await settings({ sendServiceErrorAsJson: false });
    const { cookie } = await enter(server);

    const answer = await logout(cookie);

    expect([answer.statusCode, answer.json(), await isLive(server, cookie)]).toEqual([403, BAD_CSRF, true]);
  });

  it.each([
    ['no credentials at all', {}],
    ['a dead bearer', { authorization: `Bearer cfs_${'A'.repeat(86)}` }],
    ['an unknown cookie', { cookie: `authToken=cfs_${'A'.repeat(86)}` }],
    ['a malformed cookie', { cookie: 'authToken=%%%' }],
    ['an empty bearer', { authorization: 'Bearer' }],
  ])('%s: 200 logoutSuccess, cookie expired', async (_, headers) => {
    const answer = await logout(headers as Record<string, string>);

    expect([answer.statusCode, answer.json(), cookiesOf(answer)]).toEqual([200, LOGGED_OUT, EXPIRED]);
  });

  it('logout twice: 200 both times', async () => {
    const { cookie, csrf } = await enter(server);

    const answers = [await logout({ ...cookie, ...csrf }), await logout({ ...cookie, ...csrf })];

    expect(answers.map((answer) => [answer.statusCode, answer.json()])).toEqual([
      [200, LOGGED_OUT],
      [200, LOGGED_OUT],
    ]);
  });

  it('strict: errorcode 401 without a live session, for none, dead and a second time', async () => {
    await settings({ isLogoutStrict: true });
    const { cookie, csrf } = await enter(server);

    const answers = [
      await logout(),
      await logout({ cookie: `authToken=cfs_${'A'.repeat(86)}` }),
      await logout({ ...cookie, ...csrf }),
      await logout({ ...cookie, ...csrf }),
    ];

    expect(answers.map((answer) => [answer.statusCode, answer.json()])).toEqual([
      [200, NOT_LOGGED_IN],
      [200, NOT_LOGGED_IN],
      [200, LOGGED_OUT],
      [200, NOT_LOGGED_IN],
    ]);
  });

  it.each(['GET', 'PUT', 'DELETE'] as const)(
    '%s: errorcode 405, or status 405 with Allow; lives on',
    async (method) => {
      const { cookie, csrf } = await enter(server);
      const ask = () => server.request({ method, url: '/services/logout', headers: { ...cookie, ...csrf } });

      const told = await ask();
      await settings({ sendServiceErrorAsJson: false });
      const byStatus = await ask();

      expect([told.statusCode, told.json()]).toEqual([
        200,
        { errorcode: 405, message: `${method} is not among the methods of this path.` },
      ]);
      expect([byStatus.statusCode, byStatus.headers.allow, byStatus.json<object>()]).toMatchObject([
        405,
        'POST',
        { errorcode: 405 },
      ]);
      expect(await isLive(server, cookie)).toBe(true);
    },
  );

  it.each([
    ['_method in the query', '/services/logout?_method=POST', {}],
    ['X-HTTP-Method-Override', '/services/logout', { 'x-http-method-override': 'POST' }],
  ])('bad C21 GET with %s: nothing ends', async (_, url, headers) => {
    const { cookie, csrf } = await enter(server);

    await server.get(url, { headers: { ...cookie, ...csrf, ...(headers as Record<string, string>) } });

    expect(await isLive(server, cookie)).toBe(true);
  });

  it('multipart with zero parts: as the row of its token', async () => {
    const [{ cookie, csrf }, token] = [await enter(server), await apiToken(server)];
    const zero = (headers: Record<string, string>) => server.post('/services/logout', both(multipart({}), { headers }));

    const answers = [
      await zero(cookie),
      await zero({ ...cookie, ...csrf }),
      await zero({ cookie: `authToken=${token}` }),
    ];

    expect(answers.map((answer) => answer.json<object>())).toEqual([BAD_CSRF, LOGGED_OUT, LOGGED_OUT]);
  });

  it(';jsessionid= + csrf header: ended; without the header it lives on', async () => {
    const { token, csrf, cookie } = await enter(server);
    const url = `/services/logout;jsessionid=${token}?x=1`;

    const refused = await logout({}, url);
    const between = await isLive(server, cookie);
    const done = await logout(csrf, url);

    expect([refused.json(), between, done.json(), await isLive(server, cookie)]).toEqual([
      BAD_CSRF,
      true,
      LOGGED_OUT,
      false,
    ]);
  });

  it('X-CSRF-TOKEN given with a bearer: ignored, ended', async () => {
    const header = { authorization: `Bearer ${await apiToken(server)}` };

    expect((await logout({ ...header, 'x-csrf-token': 'whatever' })).json()).toEqual(LOGGED_OUT);
    expect(await isLive(server, header)).toBe(false);
  });

  it('a bearer decides before the cookie: the cookie’s session lives on and keeps its cookie', async () => {
    const [{ cookie }, token] = [await enter(server), await apiToken(server)];

    const answer = await logout({ ...cookie, authorization: `Bearer ${token}` });

    expect([answer.json(), cookiesOf(answer), await isLive(server, cookie)]).toEqual([LOGGED_OUT, [], true]);
  });

  it('bad K1 two cookies of one name: not logged in; the one whose csrf token is shown ends, the other lives on', async () => {
    const [one, other] = [await enter(server), await enter(server)];
    const cookie = `${one.cookie.cookie}; ${other.cookie.cookie}`;

    const known = await isLive(server, { cookie });
    const answer = await logout({ cookie, ...one.csrf });

    expect([known, answer.json(), await isLive(server, one.cookie), await isLive(server, other.cookie)]).toEqual([
      false,
      BAD_CSRF,
      false,
      true,
    ]);
  });

  it('leaves the other sessions of the user alone', async () => {
    const [here, there] = [await enter(server), await enter(server)];

    await logout({ ...here.cookie, ...here.csrf });

    expect(await isLive(server, there.cookie)).toBe(true);
  });
});

describe.each([
  ['GET', '/services/profile'],
  ['POST', '/services/profile'],
  ['GET', '/services/ping?uid=1'],
  ['POST', '/services/ping?uid=1'],
] as const)('%s %s', (method, url) => {
  const body = url.includes('profile') ? PROFILE : { success: true };
  const ask = (headers: Record<string, string> = {}, more: object = {}) =>
    server.request({ method, url, ...both({ headers }, more) });

  it('who is logged in is known, by cookie and without csrf token', async () => {
    const { cookie } = await enter(server);

    const answer = await ask(cookie);

    expect([answer.statusCode, answer.json(), answer.headers['content-type'], answer.headers['cache-control']]).toEqual(
      [200, body, JSON_TYPE, 'no-store'],
    );
  });

  it('not logged in: errorcode 401 with 200, or status 401', async () => {
    const told = await ask();
    await settings({ sendServiceErrorAsJson: false });
    const byStatus = await ask();

    expect([told, byStatus].map((answer) => [answer.statusCode, answer.json()])).toEqual([
      [200, NOT_LOGGED_IN],
      [401, NOT_LOGGED_IN],
    ]);
    expect(byStatus.headers['www-authenticate']).toBeUndefined();
  });

  it('401 after half an hour without a request; each request begins it anew', async () => {
    const id = await server.signUp(`idle-${method}${url.length}@example.test`);
    const { cookie } = await enter(server, `idle-${method}${url.length}@example.test`);
    await server.passTime(id, '29 minutes');
    await ask(cookie);
    await new Promise((resolve) => setTimeout(resolve, 700));
    await server.passTime(id, '29 minutes');
    const inTime = await ask(cookie);
    await new Promise((resolve) => setTimeout(resolve, 700));
    await server.passTime(id, '31 minutes');

    const late = await ask(cookie);

    expect([inTime.json(), late.json()]).toMatchObject([url.includes('profile') ? {} : body, NOT_LOGGED_IN]);
    expect(inTime.json()).not.toHaveProperty('errorcode');
  });
});

it('the profile names roles, and falls back on the user name', async () => {
  await server.signUp('boss@example.test', { roles: ['admin'] });
  const { cookie } = await enter(server, 'boss@example.test');

  expect((await server.get('/services/profile', { headers: cookie })).json()).toMatchObject({
    username: 'boss@example.test',
    fullName: 'boss@example.test',
    authorities: ['ROLE_USER', 'ROLE_ADMIN'],
    groups: [],
  });
});

describe('/alive.txt', () => {
  it.each(['GET', 'POST'] as const)(
    '%s: 200 with a short text, with a session and without, also as a form',
    async (method) => {
      const { cookie } = await enter(server);

      const answers = await Promise.all([
        server.request({ method, url: '/alive.txt?uid=1' }),
        server.request({ method, url: '/alive.txt?uid=1', headers: cookie }),
        ...(method === 'POST' ? [server.post('/alive.txt', form({ uid: '1' }))] : []),
      ]);

      for (const { statusCode, body, headers } of answers)
        expect([statusCode, body, headers['content-type'], headers['cache-control']]).toEqual([
          200,
          'alive',
          'text/plain; charset=utf-8',
          'no-store',
        ]);
    },
  );

  it('renews the session', async () => {
    const id = await server.signUp('alive@example.test');
    const { cookie } = await enter(server, 'alive@example.test');
    await server.passTime(id, '29 minutes');
    await server.get('/alive.txt', { headers: cookie });
    await new Promise((resolve) => setTimeout(resolve, 700));
    await server.passTime(id, '29 minutes');

    expect(await isLive(server, cookie)).toBe(true);
  });
});

describe('paths', () => {
  it.each([
    '/services/nothing',
    '/services/',
    '/services/login/',
    '/services/Login',
    '/services/login;x=1',
    '/services/login%3Bjsessionid=x',
    '/services//login',
    '/services/login/;jsessionid=x',
    '/services/checkSession',
  ])('404 with the JSON body for %s', async (url) => {
    const answer = await server.post(url, form(PAIR));

    expect([answer.statusCode, answer.json(), cookiesOf(answer)]).toMatchObject([404, { errorcode: 404 }, []]);
  });

  it.each(['/services/login', '/services/apilogin', '/services/logout', '/services/profile', '/services/ping'])(
    '%s is reached by a doubled slash and with ;jsessionid=',
    async (path) => {
      const answers = await Promise.all(
        [`/${path}`, `${path};jsessionid=x`, `/${path};jsessionid=`, `${path};jsessionid=x?a=b`].map((url) =>
          server.post(url),
        ),
      );

      expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
    },
  );

  it('nothing else in the product takes a doubled slash or a session id in the path', async () => {
    const urls = [
      '///services/login',
      '//health/live',
      '/health/live;jsessionid=x',
      '//v1/me',
      '/v1/me;jsessionid=x',
      '//api/v1/auth/session',
    ];

    const answers = await Promise.all(urls.map((url) => server.get(url)));

    expect(answers.map(({ statusCode }) => statusCode)).toEqual(urls.map(() => 404));
  });

  // What is kept here is looked for in the whole log.
  it('the token in a path and the password in a query reach no log, whatever becomes of the request', async () => {
    const { token } = await enter(server);
    const paths = [
      '/services/nothing',
      '/services/%zz',
      '/services/login/x',
      '//services/logout',
      '/logout',
      '/elsewhere',
    ];

    const answers = await Promise.all(
      paths.map((path) => server.get(`${path};jsessionid=${token}?password=${encodeURIComponent(PASSWORD)}`)),
    );

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 400, 404, 200, 302, 404]);
  });

  it('404 for an application that is switched off', async () => {
    await server.sql(`update applications set status = 'disabled'`);

    const answer = await server.get('/services/profile');
    await server.sql(`update applications set status = 'active'`);

    expect([answer.statusCode, answer.json()]).toMatchObject([404, { errorcode: 404 }]);
  });
});

describe('carriers', () => {
  it.each([
    ['the bearer header', (token: string) => [{ authorization: `Bearer ${token}` }, ''] as const],
    ['the path', (token: string) => [{}, `;jsessionid=${token}`] as const],
    ['the cookie authToken', (token: string) => [{ cookie: `authToken=${token}` }, ''] as const],
    ['the cookie JSESSIONID', (token: string) => [{ cookie: `JSESSIONID=${token}` }, ''] as const],
    [
      'bad K17 whole Set-Cookie lines echoed',
      (token: string) =>
        [{ cookie: `authToken=${token};Path=/;HttpOnly; JSESSIONID=${token};Path=/;HttpOnly` }, ''] as const,
    ],
    [
      'a foreign JSESSIONID behind our authToken',
      (token: string) => [{ cookie: `JSESSIONID=9F2A; authToken=${token}` }, ''] as const,
    ],
    ['the path before the cookie', (token: string) => [{ cookie: 'authToken=x' }, `;jsessionid=${token}`] as const],
    [
      'the header before path and cookie',
      (token: string) => [{ authorization: `Bearer ${token}`, cookie: 'authToken=x' }, ';jsessionid=x'] as const,
    ],
  ])('known by %s', async (_, carry) => {
    const [headers, suffix] = carry((await enter(server)).token);

    expect(await isLive(server, headers as Record<string, string>, `/services/profile${suffix}`)).toBe(true);
  });

  it.each([
    [
      'bad K2 a bad bearer with a good cookie',
      (token: string) => [{ authorization: 'Bearer x', cookie: `authToken=${token}` }, ''],
    ],
    [
      'bad K12 Bearer without value, with a good cookie',
      (token: string) => [{ authorization: 'Bearer', cookie: `authToken=${token}` }, ''],
    ],
    [
      'bad K19 a path that disagrees with the cookie',
      (token: string) => [{ cookie: `authToken=${token}` }, ';jsessionid=x'],
    ],
    ['an empty id in the path', (token: string) => [{ cookie: `authToken=${token}` }, ';jsessionid=']],
    ['two ids in the path', (token: string) => [{}, `;jsessionid=${token};jsessionid=${token}`]],
    [
      'bad K1 two cookies with different values',
      (token: string) => [{ cookie: `authToken=${token}; authToken=x` }, ''],
    ],
    ['bad K16 a token in the query', (token: string) => [{}, `?authToken=${token}&jsessionid=${token}`]],
    [
      'bad K15 Basic with the token',
      (token: string) => [{ authorization: `Basic ${Buffer.from(token).toString('base64')}` }, ''],
    ],
  ] as const)('not logged in: %s', async (_, carry) => {
    const [headers, suffix] = carry((await enter(server)).token);

    expect((await server.get(`/services/profile${suffix as string}`, { headers: headers as never })).json()).toEqual(
      NOT_LOGGED_IN,
    );
  });

  it('bad T13 a native token opens nothing here, and one of ours is known to our own routes as bearer', async () => {
    const native = await server.logIn(ALICE);
    const { token } = await enter(server);

    expect(await isLive(server, { authorization: `Bearer ${native.token}` })).toBe(false);
    expect((await server.get('/api/v1/auth/session', bearer(token))).json()).toMatchObject({
      session: { contract: 'elvis' },
    });
  });
});
