import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KEY_KINDS } from '../../src/application/application-keys.js';
import { bearer, PASSWORD, TestServer } from '../server.js';
import {
  dead,
  isValid,
  logIn,
  newApp,
  refusal,
  refused,
  register,
  someone,
  withToken,
  type BackendlessApp,
  type Known,
} from './backendless.js';

const HOME = '019AA3F2-0000-7D3A-9B1F-2F4C5D6E7F80';
const HOME_KEY = 'B1946AC9-2492-4D23-8F5B-0C6A1E1B5D0F';

let server: TestServer;
let app: BackendlessApp;
beforeAll(async () => {
  server = await TestServer.start({ APPLICATION_ID: HOME.toLowerCase(), APPLICATION_KEY: HOME_KEY });
  app = await newApp(server);
});
beforeEach(() => server.sql('delete from login_attempts'));
afterAll(() => server.stop());

const logout = (token?: string, base = app.base) =>
  server.get(`${base}/users/logout`, token === undefined ? {} : withToken(token));
const roles = (token?: string, base = app.base) =>
  server.get(`${base}/users/userroles`, token === undefined ? {} : withToken(token));
const put = (id: string, payload: object, token?: string, base = app.base) =>
  server.request({
    method: 'PUT',
    url: `${base}/users/${id}`,
    payload,
    ...(token !== undefined && withToken(token)),
  });
const idOf = (user: Known) => user.objectId.toLowerCase();

describe('addresses', () => {
  const ADDRESSES: [string, string, Record<string, string>][] = [
    ['path form, upper case', `/${HOME}/${HOME_KEY}`, {}],
    ['path form, lower case', `/${HOME.toLowerCase()}/${HOME_KEY.toLowerCase()}`, {}],
    ['host form', '/api', {}],
    ['header form', '/v1', { 'application-id': HOME, 'secret-key': HOME_KEY, 'application-type': 'REST' }],
    [
      'headers X-Backendless-…',
      '/api',
      { 'X-Backendless-Application-Id': HOME, 'X-Backendless-REST-API-Key': HOME_KEY },
    ],
  ];

  it.each(ADDRESSES)('%s: a whole day', async (_, base, headers) => {
    await server.logIn('day@example.test');
    const ask = (path: string, token?: string) =>
      server.get(`${base}/users/${path}`, { headers: { ...headers, ...(token && { 'user-token': token }) } });

    const stranger = await ask('userroles');
    const loggedIn = await server.post(`${base}/users/login`, {
      headers,
      payload: { login: 'day@example.test', password: PASSWORD },
    });
    const token = loggedIn.json<Known>()['user-token'];
    const known = await ask('userroles', token);
    const before = await ask(`isvalidusertoken/${token}`);
    const loggedOut = await ask('logout', token);
    const after = await ask(`isvalidusertoken/${token}`);
    const again = await ask('userroles', token);

    expect([stranger, known, before, after].map((answer) => answer.json<unknown>())).toEqual([
      ['NotAuthenticatedUser', 'RestUser'],
      ['AuthenticatedUser', 'RestUser'],
      true,
      false,
    ]);
    expect([loggedIn.statusCode, loggedOut.statusCode, loggedOut.body]).toEqual([200, 200, '']);
    expect([again.statusCode, again.json()]).toEqual([400, dead(token)]);
  });

  it('the host names the application, and any other host means the first', async () => {
    const { id } = await newApp(server);
    await server.sql('insert into application_hosts (host, application_id) values ($1, $2)', ['sub.example.app', id]);

    const [named, unnamed] = await Promise.all([
      server.get('/api/info', { headers: { host: 'sub.example.app:8443' } }),
      server.get('/api/info', { headers: { host: 'elsewhere.example' } }),
    ]);

    expect([named.json(), unnamed.json()]).toMatchObject([
      { appId: id, apiKey: null },
      { appId: HOME, apiKey: null },
    ]);
  });

  it.each<[string, () => Promise<string> | string, Record<string, string>, number]>([
    ['wrong application id', () => `/019AA3F2-0000-7D3A-9B1F-2F4C5D6E7F81/${HOME_KEY}`, {}, 2002],
    ['wrong key', () => `/${HOME}/B1946AC9-2492-4D23-8F5B-0C6A1E1B5D00`, {}, 2002],
    ['key of another application', () => `/${HOME}/${app.key}`, {}, 2002],
    ['what can be no key', () => `/${HOME}/%00`, {}, 2002],
    ['disabled application', async () => (await newApp(server, { status: 'disabled' })).base, {}, 2002],
    ['key of the kind rested', async () => `/${app.id}/${await app.keyOf('rested')}`, {}, 2002],
    ['key of the kind rested_master', async () => `/${app.id}/${await app.keyOf('rested_master')}`, {}, 2002],
    ['malformed application id', () => `/not-an-id/${HOME_KEY}`, {}, 3007],
    ['header form: a missing key', () => '/v1', { 'application-id': HOME }, 2002],
    ['header form: a wrong key', () => '/v1', { 'application-id': HOME, 'secret-key': 'wrong-key' }, 2002],
    ['header form: a malformed id', () => '/v1', { 'application-id': 'x', 'secret-key': HOME_KEY }, 3007],
    ['header form: an unknown version', () => '/v9', { 'application-id': HOME, 'secret-key': HOME_KEY }, 3007],
  ])('%s: refused at every call, and the session stays', async (_, baseOf, headers, code) => {
    const user = await someone(server, app.base);
    const base = await baseOf();
    const all = { headers: { ...headers, 'user-token': user['user-token'] } };

    const answers = await Promise.all([
      server.get(`${base}/users/logout`, all),
      server.get(`${base}/users/isvalidusertoken/${user['user-token']}`, all),
      server.get(`${base}/users/userroles`, all),
      server.post(`${base}/users/login`, { ...all, payload: { login: user.email, password: PASSWORD } }),
      server.request({ method: 'PUT', url: `${base}/users/${user.objectId}`, ...all, payload: {} }),
    ]);

    expect(answers.map(refusal)).toEqual(answers.map(() => refused(400, code)));
    expect(await isValid(server, app.base, user['user-token'])).toBe('true');
  });

  it('an unknown id, a wrong key and a disabled application cannot be told apart', async () => {
    const off = await newApp(server, { status: 'disabled' });

    const answers = await Promise.all(
      [`/019AA3F2-0000-7D3A-9B1F-2F4C5D6E7F81/${HOME_KEY}`, `/${HOME}/${app.key}`, off.base].map((base) =>
        server.get(`${base}/users/userroles`),
      ),
    );

    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
  });

  it.each([
    '/api/users/nothing',
    '/api/users/role/Admin',
    '/api/users/social/facebook/login/x',
    '/api/data/Orders',
    `/${HOME}/${HOME_KEY}/users/nothing`,
    `/${HOME}/${HOME_KEY}/binary`,
    `/${HOME}/${HOME_KEY}`,
    `/${HOME}`,
  ])('unknown path %s: 404 with the error object', async (url) => {
    expect(refusal(await server.get(url))).toEqual(refused(404, 1000));
  });

  it.each(['assignRole', 'unassignRole', 'resendconfirmation'])(
    'unknown path users/%s: 404 also for POST',
    async (path) => {
      expect(refusal(await server.post(`${app.base}/users/${path}`, { payload: {} }))).toEqual(refused(404, 1000));
    },
  );

  it.each([
    ['an unknown path', 'GET' as const, 'users/nothing'],
    ['a method that the path does not have', 'GET' as const, 'users/login'],
    ['a method that the path does not have', 'DELETE' as const, 'users/logout'],
  ])('the application comes first: 2002 and 3007 also for %s', async (_, method, path) => {
    const unknown = '/019aa3f2-0000-7d3a-9b1f-2f4c5d6e7f81/0123456789abcdef0123456789abcdef';
    const malformed = `/not-an-id/${'0'.repeat(32)}`;

    const answers = [
      await server.request({ method, url: `${unknown}/${path}` }),
      await server.request({ method, url: `${malformed}/${path}` }),
    ];

    expect(answers.map((answer) => answer.json<{ code: number }>().code)).toEqual([2002, 3007]);
  });

  it.each([
    '/api/v1/users/login',
    '/api/v1/nothing',
    '/api/v1/info',
    '/docs/nothing/users/logout',
    '/health/nothing/info',
    '/nothing',
    '/nothing/at/all',
    '/apis/users',
  ])('the unknown native path %s stays a native 404', async (url) => {
    const answer = await server.get(url);

    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([404, 'NOT_FOUND']);
  });

  it.each(['/v1/users/login', '/iapi/v1/users/login'])(
    '%s without an application-id stays with its wire',
    async (url) => {
      expect((await server.post(url, { payload: {} })).json()).toMatchObject({ error: { code: 'bad_input' } });
    },
  );

  it('the path form reaches nothing but this wire', async () => {
    const answers = await Promise.all(
      ['v1/auth/session', 'v1/profile', '../health/live'].map((path) => server.get(`${app.base}/${path}`)),
    );

    expect(answers.map(refusal)).toEqual(answers.map(() => refused(404, 1000)));
  });
});

describe('GET users/logout', () => {
  it('live token: 200 empty; token dead; later requests lose AuthenticatedUser; one event', async () => {
    const user = await someone(server, app.base);
    const token = user['user-token'];

    const answer = await logout(token);

    expect([answer.statusCode, answer.body, answer.headers['cache-control']]).toEqual([200, '', 'no-store']);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect([await isValid(server, app.base, token), (await roles(token)).json()]).toEqual(['false', dead(token)]);
    expect((await roles()).json()).toEqual(['NotAuthenticatedUser', 'RestUser']);
    expect(await server.causes(idOf(user))).toEqual(['logout']);
  });

  it.each([
    ['no header', undefined],
    ['an empty header', ''],
  ])('%s: 200 empty', async (_, token) => {
    const answer = await logout(token);

    expect([answer.statusCode, answer.body]).toEqual([200, '']);
  });

  it.each([
    ['unknown', async () => `cfs_${'A'.repeat(86)}`],
    ['malformed', async () => 'D9E8F7A6-B5C4-D3E2-F1A0-B9C8D7E6F5A4'],
    [
      'ended',
      async () => {
        const { 'user-token': token } = await someone(server, app.base);
        await logout(token);
        return token;
      },
    ],
    [
      'idle for an hour',
      async () => {
        const user = await someone(server, app.base);
        await server.passTime(idOf(user), '61 minutes');
        return user['user-token'];
      },
    ],
  ])('%s token: 400 with 3064', async (_, tokenOf) => {
    const token = await tokenOf();

    const answer = await logout(token);

    expect([answer.statusCode, answer.json()]).toEqual([400, dead(token)]);
  });

  it('second logout with the same token: 400 with 3064, and no second event', async () => {
    const user = await someone(server, app.base);

    const answers = [await logout(user['user-token']), await logout(user['user-token'])];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 400]);
    expect(await server.causes(idOf(user))).toEqual(['logout']);
  });

  it('token of another application: 3064, and it lives on there', async () => {
    const other = await newApp(server);
    const { 'user-token': token } = await someone(server, other.base);

    const answer = await logout(token);

    expect([answer.json(), await isValid(server, other.base, token)]).toEqual([dead(token), 'true']);
  });

  it('token of another contract: 3064, and it lives on there', async () => {
    const { token } = await server.logIn('native@example.test');

    const answer = await logout(token, '/api');

    expect([answer.json(), await server.statusOfSession(token)]).toEqual([dead(token), 200]);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'] as const)(
    '%s: 405 with Allow: GET, and the session stays',
    async (method) => {
      const { 'user-token': token } = await someone(server, app.base);

      const answer = await server.request({ method, url: `${app.base}/users/logout`, ...withToken(token) });

      expect([refusal(answer), answer.headers.allow]).toEqual([refused(405, 405), 'GET']);
      expect(await isValid(server, app.base, token)).toBe('true');
    },
  );

  it('POST where the application wants it: logged out', async () => {
    const open = await newApp(server, { wires: { backendless: { isPostLogoutOpen: true } } });
    const { 'user-token': token } = await someone(server, open.base);

    const answers = [
      await server.post(`${open.base}/users/logout`, { ...withToken(token), payload: {} }),
      await server.post(`${open.base}/users/logout`, withToken(token)),
      await server.post(`${open.base}/users/logout`),
    ];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 400, 200]);
  });

  it('bad C8 HEAD does not log out', async () => {
    const { 'user-token': token } = await someone(server, app.base);

    const answer = await server.request({ method: 'HEAD', url: `${app.base}/users/logout`, ...withToken(token) });

    expect([answer.statusCode, await isValid(server, app.base, token)]).toEqual([405, 'true']);
  });

  it('DISABLED user’s token: 3090, the token is gone, and stays gone when the user is enabled', async () => {
    const { token: admin } = await server.logInAdmin();
    await server.signUp('disabled@example.test');
    const user = (await logIn(server, '/api', 'disabled@example.test')).json<Known>();
    const token = user['user-token'];
    const become = (status: string) =>
      server.patch(`/api/v1/admin/users/${idOf(user)}`, { ...bearer(admin), payload: { status } });

    await become('disabled');
    const answers = await Promise.all([
      logout(token, '/api'),
      roles(token, '/api'),
      put(user.objectId, { name: 'x' }, token, '/api'),
      server.get('/api/info', withToken(token)),
    ]);
    const validity = await isValid(server, '/api', token);
    await become('active');

    expect(answers.map(refusal)).toEqual(answers.map(() => refused(403, 3090)));
    expect(validity).toBe('false');
    expect((await roles(token, '/api')).json()).toEqual(dead(token));
  });
});

describe('POST users/login', () => {
  it('200 with the flat user and the token, never the password', async () => {
    await register(server, app.base, { email: 'flat@example.test', name: 'Flat', age: 7, tags: ['a'] });

    const answer = await logIn(server, app.base, 'flat@example.test');

    const user = answer.json<Known>();
    expect(user).toEqual({
      objectId: expect.stringMatching(/^[\dA-F]{8}(-[\dA-F]{4}){3}-[\dA-F]{12}$/) as string,
      'user-token': expect.stringMatching(/^cfs_[\w-]{86}$/) as string,
      ___class: 'Users',
      ownerId: user.objectId,
      email: 'flat@example.test',
      name: 'Flat',
      created: expect.any(Number) as number,
      updated: null,
      userStatus: 'ENABLED',
      lastLogin: expect.any(Number) as number,
      socialAccount: 'BACKENDLESS',
      blUserLocale: null,
      age: 7,
      tags: ['a'],
    });
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(Math.abs((user['lastLogin'] as number) - Date.now())).toBeLessThan(60_000);
  });

  it('the session idles for an hour and lives for 30 days', async () => {
    const user = await someone(server, app.base);

    const [row] = await server.sql(
      `select contract, round(extract(epoch from expires_at - created_at)) as life,
       round(extract(epoch from idle_until - last_seen_at)) as idle from sessions where user_id = $1`,
      [user.objectId],
    );

    expect(row).toEqual({ contract: 'backendless', life: '2592000', idle: '3600' });
  });

  it('login as a number', async () => {
    await register(server, app.base, { login: 4711 });

    const answer = await logIn(server, app.base, 4711);

    expect(answer.json()).toMatchObject({ login: '4711', username: '4711', email: null });
  });

  it.each([
    ['no content type', {}],
    ['another content type', { 'content-type': 'text/plain' }],
    ['one with a charset of another spelling', { 'content-type': 'application/json;charset=UTF-8' }],
  ])('%s: the JSON is read anyway', async (_, headers) => {
    const { email } = await someone(server, app.base);

    const answer = await server.post(`${app.base}/users/login`, {
      headers,
      payload: JSON.stringify({ login: email, password: PASSWORD }),
    });

    expect(answer.statusCode).toBe(200);
  });

  it.each(['login=a&password=b', '{', '[]', '"x"', 'null'])('%s: 400', async (payload) => {
    const answer = await server.post(`${app.base}/users/login`, { payload });

    expect(refusal(answer)).toEqual(refused(400, 400));
  });

  it.each(['dead', 'live'])(
    'a %s token that comes along is ignored, and its session stays as it was',
    async (state) => {
      const old = await someone(server, app.base);
      if (state === 'dead') await logout(old['user-token']);
      const next = await someone(server, app.base);

      const answer = await server.post(`${app.base}/users/login`, {
        ...withToken(old['user-token']),
        payload: { login: next.email, password: PASSWORD },
      });

      expect([answer.statusCode, await isValid(server, app.base, old['user-token'])]).toEqual([
        200,
        String(state === 'live'),
      ]);
    },
  );

  it.each<[string, object, number]>([
    ['no login', { password: PASSWORD }, 3038],
    ['no password', { login: 'x' }, 3038],
    ['nothing', {}, 3038],
    ['null', { login: null, password: null }, 3038],
    ['an empty login', { login: '', password: PASSWORD }, 3006],
    ['an empty password', { login: 'x', password: '' }, 3006],
    ['a password that is no text', { login: 'x', password: ['y'] }, 3038],
    ['a login that is no text', { login: { $ne: null }, password: 'y' }, 3038],
    ['a login of 10 KiB', { login: 'x'.repeat(10_240), password: 'y' }, 8000],
    ['a password of 1,025 bytes', { login: 'x', password: 'y'.repeat(1_025) }, 8000],
  ])('%s: %j', async (_, payload, code) => {
    const answer = await server.post(`${app.base}/users/login`, { payload });

    expect(refusal(answer)).toEqual(refused(400, code));
  });

  it('unknown user and wrong password: 3003, one answer for both', async () => {
    const { email } = await someone(server, app.base);

    const answers = [await logIn(server, app.base, 'nobody'), await logIn(server, app.base, email, 'not it at all')];

    expect(answers.map(refusal)).toEqual([refused(401, 3003), refused(401, 3003)]);
    expect(answers[0]!.body).toBe(answers[1]!.body);
  });

  it('a disabled user: 3090 with the right password, 3003 with a wrong one', async () => {
    const user = await someone(server, app.base);
    await server.sql(`update users set status = 'disabled' where id = $1`, [user.objectId]);

    const answers = [
      await logIn(server, app.base, user.email),
      await logIn(server, app.base, user.email, 'not it at all'),
    ];

    expect(answers.map(refusal)).toEqual([refused(403, 3090), refused(401, 3003)]);
  });

  it('failed-login lock: off by default', async () => {
    const { email } = await someone(server, app.base);
    for (let failure = 0; failure < 5; failure++) await logIn(server, app.base, email, 'not it at all');

    expect((await logIn(server, app.base, email)).statusCode).toBe(200);
  });

  it('failed-login lock: after n failures in a row 3036 also for the right password; a success resets; time opens', async () => {
    const locking = await newApp(server, { lock_after: 2, lock_seconds: 600 });
    const { email } = await someone(server, locking.base);
    const right = () => logIn(server, locking.base, email);
    const wrong = () => logIn(server, locking.base, email, 'not it at all');

    const answers = [await wrong(), await right(), await wrong(), await wrong(), await right()];
    await server.sql(`update login_attempts set until = until - interval '10 minutes'`);
    const later = await right();

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 200, 401, 401, 403]);
    expect([refusal(answers[4]!), later.statusCode]).toEqual([refused(403, 3036), 200]);
  });

  it('too many guesses: 429 with 3036 and the seconds to wait', async () => {
    const { email } = await someone(server, app.base);
    for (let failure = 0; failure < 10; failure++) await logIn(server, app.base, email, 'not it at all');

    const answer = await logIn(server, app.base, email);

    expect([refusal(answer), Number(answer.headers['retry-after']) > 0]).toEqual([refused(429, 3036), true]);
  });

  it('by objectId: 2014 for every key but that of server code', async () => {
    const { objectId } = await someone(server, app.base);

    const answers = await Promise.all(
      KEY_KINDS.filter((kind) => kind !== 'server' && !kind.startsWith('rested')).map(async (kind) =>
        server.post(`/${app.id}/${await app.keyOf(kind)}/users/login`, { payload: { objectId } }),
      ),
    );

    expect(answers.map(refusal)).toEqual(answers.map(() => refused(403, 2014)));
  });

  it('by objectId with the key of server code: a session without a password; unknown 1000, disabled 3090', async () => {
    const user = await someone(server, app.base);
    const cloud = `/${app.id}/${await app.keyOf('server')}`;
    const enter = (objectId: unknown) => server.post(`${cloud}/users/login`, { payload: { objectId } });

    const entered = await enter(user.objectId.toLowerCase());
    const unknown = [await enter('019AA3F2-0000-7D3A-9B1F-2F4C5D6E7F81'), await enter('x'), await enter(7)];
    await server.sql(`update users set status = 'disabled' where id = $1`, [user.objectId]);
    const disabled = await enter(user.objectId);

    expect([entered.statusCode, entered.json<Known>().objectId]).toEqual([200, user.objectId]);
    expect(unknown.map(refusal)).toEqual(unknown.map(() => refused(404, 1000)));
    expect(refusal(disabled)).toEqual(refused(403, 3090));
  });
});

describe('several sessions of a user', () => {
  it('newest wins, the default: the first token is dead, the second lives', async () => {
    const first = await someone(server, app.base);
    const second = (await logIn(server, app.base, first.email)).json<Known>();

    expect([
      await isValid(server, app.base, first['user-token']),
      await isValid(server, app.base, second['user-token']),
    ]).toEqual(['false', 'true']);
    expect(await server.causes(idOf(first))).toEqual(['replaced']);
  });

  it('newest wins looks at the sessions of this wire alone', async () => {
    const { token } = await server.logIn('both@example.test');

    await logIn(server, '/api', 'both@example.test');

    expect(await server.statusOfSession(token)).toBe(200);
  });

  it('first wins: 3002, and the first session lives on', async () => {
    const once = await newApp(server, { session_limit: 1, at_session_limit: 'refuse' });
    const first = await someone(server, once.base);

    const answer = await logIn(server, once.base, first.email);

    expect([refusal(answer), await isValid(server, once.base, first['user-token'])]).toEqual([
      refused(409, 3002),
      'true',
    ]);
  });

  it('a maximum: one more is refused with 3044, and all others live on', async () => {
    const twice = await newApp(server, { session_limit: 2, at_session_limit: 'refuse' });
    const first = await someone(server, twice.base);
    const second = (await logIn(server, twice.base, first.email)).json<Known>();

    const third = await logIn(server, twice.base, first.email);

    expect(refusal(third)).toEqual(refused(409, 3044));
    expect([
      await isValid(server, twice.base, first['user-token']),
      await isValid(server, twice.base, second['user-token']),
    ]).toEqual(['true', 'true']);
  });

  it('0 is unlimited', async () => {
    const open = await newApp(server, { session_limit: 0 });
    const first = await someone(server, open.base);
    const answers = [await logIn(server, open.base, first.email), await logIn(server, open.base, first.email)];
    const tokens = [first['user-token'], ...answers.map((answer) => answer.json<Known>()['user-token'])];

    expect(await Promise.all(tokens.map((token) => isValid(server, open.base, token)))).toEqual([
      'true',
      'true',
      'true',
    ]);
  });
});

describe('GET users/isvalidusertoken', () => {
  it('exactly true or false, as JSON, with 200', async () => {
    const { 'user-token': token } = await someone(server, app.base);

    const live = await server.get(`${app.base}/users/isvalidusertoken/${token}`);
    await logout(token);
    const ended = await server.get(`${app.base}/users/isvalidusertoken/${token}`);

    expect([live, ended].map(({ statusCode, body }) => [statusCode, body])).toEqual([
      [200, 'true'],
      [200, 'false'],
    ]);
    expect(live.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('a header with a dead token does not matter, nor does one with a live token', async () => {
    const user = await someone(server, app.base);
    const old = user['user-token'];
    await logout(old);
    const live = (await logIn(server, app.base, user.email)).json<Known>()['user-token'];

    const answers = await Promise.all([
      server.get(`${app.base}/users/isvalidusertoken/${old}`, withToken(old)),
      server.get(`${app.base}/users/isvalidusertoken/${live}`, withToken(old)),
      server.get(`${app.base}/users/isvalidusertoken/${old}`, withToken(live)),
    ]);

    expect(answers.map(({ statusCode, body }) => [statusCode, body])).toEqual([
      [200, 'false'],
      [200, 'true'],
      [200, 'false'],
    ]);
  });

  it('the check renews the session', async () => {
    const user = await someone(server, app.base);
    await server.passTime(idOf(user), '40 minutes');

    await isValid(server, app.base, user['user-token']);
    await expect
      .poll(async () => {
        const [row] = await server.sql<{ fresh: boolean }>(
          `select idle_until > now() + interval '59 minutes' as fresh from sessions where user_id = $1`,
          [user.objectId],
        );
        return row?.fresh;
      })
      .toBe(true);
  });

  it.each([
    ['in the store', (id: string) => server.sql(`update users set status = 'disabled' where id = $1`, [id])],
    [
      'by an administrator',
      async (id: string) => {
        const { token } = await server.logInAdmin();
        return server.patch(`/api/v1/admin/users/${id}`, { ...bearer(token), payload: { status: 'disabled' } });
      },
    ],
  ])('false for the token of a user who was disabled %s', async (where, disable) => {
    const email = `disabled-${where.length}@example.test`;
    const id = await server.signUp(email);
    const token = (await logIn(server, '/api', email)).json<Known>()['user-token'];
    const before = await isValid(server, '/api', token);
    await disable(id);

    const answer = await server.get(`/api/users/isvalidusertoken/${token}`);

    expect([before, answer.statusCode, answer.body]).toEqual(['true', 200, 'false']);
  });

  it('false for a token of another application, and for one of another contract', async () => {
    const other = await newApp(server);
    const { 'user-token': foreign } = await someone(server, other.base);
    const { token: native } = await server.logIn('foreign@example.test');

    expect([await isValid(server, app.base, foreign), await isValid(server, '/api', native)]).toEqual([
      'false',
      'false',
    ]);
  });

  it.each([
    ['nothing', ''],
    ['a percent sign', '%'],
    ['an encoded slash', '%2F'],
    ['a slash', 'a/b'],
    ['300 letters', 'A'.repeat(300)],
    ['8,000 letters', 'A'.repeat(8_000)],
    ['half of a character', '%C3'],
    ['a UUID', HOME],
    ['null', 'null'],
  ])('false for %s', async (_, token) => {
    const answer = await server.get(`${app.base}/users/isvalidusertoken/${token}`);

    expect([answer.statusCode, answer.body]).toEqual([200, 'false']);
  });
});

describe('GET data/Users/<objectId>', () => {
  it('200 with the user, without password and token; lastLogin is that of the session', async () => {
    const user = await someone(server, app.base);

    const answer = await server.get(
      `${app.base}/data/Users/${user.objectId.toLowerCase()}`,
      withToken(user['user-token']),
    );

    const { 'user-token': _, ...expected } = user;
    expect([answer.statusCode, answer.json()]).toEqual([200, expected]);
  });

  it('dead token: 3064; no token: 3028; unknown id, and another user’s: 404 with 1000', async () => {
    const [user, other] = [await someone(server, app.base), await someone(server, app.base)];
    const gone = `cfs_${'A'.repeat(86)}`;
    const read = (id: string, token?: string) =>
      server.get(`${app.base}/data/Users/${id}`, token === undefined ? {} : withToken(token));

    const answers = [
      await read(user.objectId, gone),
      await read(user.objectId),
      await read('019AA3F2-0000-7D3A-9B1F-2F4C5D6E7F81', user['user-token']),
      await read(other.objectId, user['user-token']),
      await read('nobody', user['user-token']),
    ];

    expect(answers.map(refusal)).toEqual([
      refused(400, 3064),
      refused(401, 3028),
      refused(404, 1000),
      refused(404, 1000),
      refused(404, 1000),
    ]);
  });
});

describe('GET users/userroles', () => {
  it.each([
    ['client', 'RestUser'],
    ['rest', 'RestUser'],
    ['js', 'JSUser'],
    ['android', 'AndroidUser'],
    ['ios', 'IOSUser'],
    ['dotnet', 'DotNetUser'],
    ['actionscript', 'ActionScriptUser'],
    ['server', 'ServerCodeUser'],
  ] as const)('the key of kind %s decides the platform role: %s', async (kind, role) => {
    const base = `/${app.id}/${await app.keyOf(kind)}`;
    const user = await someone(server, base);
    await server.sql(`update users set roles = '{Editor,Author}' where id = $1`, [user.objectId]);

    const [stranger, known] = await Promise.all([roles(undefined, base), roles(user['user-token'], base)]);

    expect([stranger.json(), known.json()]).toEqual([
      ['NotAuthenticatedUser', role],
      ['AuthenticatedUser', role, 'Editor', 'Author'],
    ]);
  });

  it('dead token: 3064; an empty header is none', async () => {
    const answers = [await roles('D9E8F7A6'), await roles('')];

    expect([answers[0]!.json(), answers[1]!.json()]).toEqual([dead('D9E8F7A6'), ['NotAuthenticatedUser', 'RestUser']]);
  });

  it('of a user by id: for the key of server code alone', async () => {
    const user = await someone(server, app.base);
    const cloud = `/${app.id}/${await app.keyOf('server')}`;
    await server.sql(`update users set roles = '{Editor}' where id = $1`, [user.objectId]);

    const answers = [
      await server.get(`${cloud}/users/userroles/${user.objectId}`),
      await server.get(`${app.base}/users/userroles/${user.objectId}`, withToken(user['user-token'])),
      await server.get(`${cloud}/users/userroles/019AA3F2-0000-7D3A-9B1F-2F4C5D6E7F81`),
    ];

    expect(answers[0]!.json()).toEqual(['AuthenticatedUser', 'ServerCodeUser', 'Editor']);
    expect(answers.slice(1).map(refusal)).toEqual([refused(403, 2014), refused(404, 1000)]);
  });

  it('a guest is authenticated', async () => {
    const guest = (await server.post(`${app.base}/users/register/guest`)).json<Known>();

    expect((await roles(guest['user-token'])).json()).toEqual(['AuthenticatedUser', 'RestUser']);
  });
});
