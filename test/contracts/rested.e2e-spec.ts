import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PASSWORD } from '../server.js';
import {
  AUTH,
  COOKIE,
  cookiesOf,
  KEY,
  NO_SESSION,
  ORIGIN,
  RestedProject,
  statusesOf,
  tokenOf,
} from './rested-project.js';

let project: RestedProject;
let aliceId: string;
beforeAll(async () => {
  project = await RestedProject.start();
  aliceId = await project.register('alice', { colour: 'green' });
});
beforeEach(() => project.set(`allowed_origins = '{}', requires_origin = false, wires = '{}'`));
afterAll(() => project.server.stop());

const ALICE = { username: 'alice', colour: 'green' };
const RECORD = {
  uniqueId: expect.stringMatching(/^[\da-f]{32}$/) as string,
  data: ALICE,
  createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/) as string,
  updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/) as string,
};
const EXPIRED = `${COOKIE}=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax`;
const isLive = async (cookie: Record<string, string>): Promise<boolean> =>
  (await project.get('', cookie)).statusCode === 200;

it('the four-step check: guarded 401, log in 200, guarded 200, log out 204, guarded 401', async () => {
  const stranger = await project.get();
  const loggedIn = await project.login('alice');
  const cookie = { cookie: `${COOKIE}=${tokenOf(loggedIn)}` };
  const known = await project.get('', cookie);
  const loggedOut = await project.logout(cookie);
  const after = await project.get('', cookie);

  expect(statusesOf([stranger, loggedIn, known, loggedOut, after])).toEqual([401, 200, 200, 204, 401]);
  expect([stranger.json(), known.json(), loggedOut.body, after.json()]).toEqual([NO_SESSION, RECORD, '', NO_SESSION]);
});

describe('4. what every call must bring, in this order', () => {
  const call = (url: string, headers: Record<string, string> = {}) => project.server.post(url, { headers });
  const message = (text: string) => ({ error: { status: expect.any(Number) as number, message: text } });

  it.each(['/api/1/ce/examples/auth', '/api/1/ce/examples/auth?key=', '/api/1/ce/examples/auth?logout=true'])(
    '403 key missing or empty: %s',
    async (url) => {
      const answer = await call(url);

      expect([answer.statusCode, answer.json()]).toEqual([403, message('The API key is missing: ?key=…')]);
    },
  );

  it.each([
    ['unknown', 'f'.repeat(32)],
    ['too short to be one', 'x'],
    ['with signs that no key has', '%27%20or%201=1--'],
  ])('400 key %s', async (_, key) => {
    expect((await call(`/api/1/ce/${AUTH}?key=${key}`)).json()).toEqual({
      error: { status: 400, message: 'There is no such application, or its key is another.' },
    });
  });

  it('400 key of another project: its endpoints are other ones', async () => {
    const other = await project.addProject();
    await project.server.sql(`update applications set endpoints = '{}' where id = $1`, [other.id]);

    expect((await project.call('POST', AUTH, '', {}, other.key)).statusCode).toBe(400);
  });

  it.each(['js', 'rest', 'android', 'server', 'rested_master'] as const)(
    '400 for a key of the kind %s, which names no project on this wire',
    async (kind) => {
      const key = `${kind.replace('_', '-')}-key-0123456789`;
      await project.addKey(kind, key);

      expect((await project.call('POST', AUTH, 'logout=true', {}, key)).statusCode).toBe(400);
    },
  );

  it('a key of the kind rested names the project, in any case', async () => {
    await project.addKey('rested', 'a'.repeat(32));

    expect((await project.call('POST', AUTH, 'logout=true', {}, 'A'.repeat(32))).statusCode).toBe(204);
  });

  it.each([
    'examples/nothing',
    'examples',
    'examples/auth/',
    'examples//auth',
    'Examples/Auth',
    'examples%2Fauth',
    '__proto__',
  ])('400 endpoint unknown for this key, not 404: %s', async (endpoint) => {
    const answer = await project.call('POST', endpoint, 'logout=true');

    expect([answer.statusCode, answer.json()]).toEqual([400, message('This application has no such endpoint.')]);
  });

  it('an endpoint of 254 letters is one name', async () => {
    const name = `long/${'x'.repeat(249)}`;
    await project.set(`endpoints = endpoints || jsonb_build_object($1::text, '{"kind":"records"}'::jsonb)`, [name]);

    expect((await project.get('', {}, name)).json()).toEqual([]);
  });

  it.each([['a disabled project', `status = 'disabled'`, `status = 'active'`]])('400 for %s', async (_, off, on) => {
    await project.set(off);
    const answer = await project.logout();
    await project.set(on);

    expect(answer.statusCode).toBe(400);
  });

  it.each([
    `/api/2/ce/${AUTH}?key=${KEY}`,
    `/api/1/xx/${AUTH}?key=${KEY}`,
    '/api/1/ce',
    '/api/1/',
    `/api/01/ce/${AUTH}`,
  ])('404 unknown version or route, in the face of this wire: %s', async (url) => {
    const answer = await call(url);

    expect([answer.statusCode, answer.json()]).toEqual([
      404,
      message('There is nothing here. The routes are listed at /docs.'),
    ]);
  });

  it.each(['PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'])(
    '405 with Allow for %s, and nothing ends',
    async (method) => {
      const { cookie } = await project.logIn('alice');

      const answer = await project.call(method, AUTH, 'logout=true', { headers: cookie });

      expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'DELETE, GET, POST, PUT']);
      expect(await isLive(cookie)).toBe(true);
    },
  );

  it.each([`key=${KEY}`, 'key=', 'key[]=x', 'key[0]=x'])(
    '400 several key values: %s besides the right one',
    async (second) => {
      expect((await project.logout({}, `logout=true&${second}`)).statusCode).toBe(400);
    },
  );

  it('the key is judged before the origin, the origin before the body, the body before the token', async () => {
    await project.set('allowed_origins = $1', [[ORIGIN]]);
    const evil = { origin: 'https://evil.example' };
    const put = (query: string, key: string, headers: Record<string, string>) =>
      project.call('PUT', AUTH, query, { headers, payload: '{' }, key);

    const answers = [
      await put('uniqueId=x', '', evil),
      await put('uniqueId=x', 'f'.repeat(32), evil),
      await put('uniqueId=x', KEY, evil),
      await put('uniqueId=x&masterKey=wrong-master-key', KEY, {}),
      await put('uniqueId=x', KEY, {}),
      await project.put(ALICE, `uniqueId=${aliceId}`),
    ];

    expect(answers.map((answer) => answer.json<{ error: object }>().error)).toMatchObject([
      { status: 403, message: 'The API key is missing: ?key=…' },
      { status: 400, message: 'There is no such application, or its key is another.' },
      { status: 403, message: 'This origin is not on the list of the application.' },
      { status: 403, message: 'The master key is not one of this application.' },
      { status: 400 },
      { status: 401 },
    ]);
  });

  it('neither the key nor a token stands in a refusal', async () => {
    const { token } = await project.logIn('alice');

    const answer = await project.call('POST', 'examples/nothing', '', { headers: { authorization: token } });

    expect(answer.body).not.toContain(KEY);
    expect(answer.body).not.toContain('cfs_');
  });
});

describe('5.1 logout', () => {
  it('live token in cookie: 204, empty, token dead, cookie expired with the attributes it was set with', async () => {
    const { cookie } = await project.logIn('alice');

    const answer = await project.logout(cookie);

    expect([answer.statusCode, answer.body, cookiesOf(answer)]).toEqual([204, '', [EXPIRED]]);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(await isLive(cookie)).toBe(false);
  });

  it.each([
    ['as it was stored', (token: string) => `Bearer ${token}`],
    ['without Bearer', (token: string) => token],
    ['bearer in another case', (token: string) => `bEARER ${token}`],
  ])('live token in Authorization, %s: 204, empty, token dead, no Set-Cookie', async (_, carry) => {
    const { token, cookie } = await project.logIn('alice');

    const answer = await project.logout({ authorization: carry(token) });

    expect([answer.statusCode, answer.body, cookiesOf(answer)]).toEqual([204, '', []]);
    expect(await isLive(cookie)).toBe(false);
  });

  it('no token at all: 204, cookie expired', async () => {
    const answer = await project.logout();

    expect([answer.statusCode, answer.body, cookiesOf(answer)]).toEqual([204, '', [EXPIRED]]);
  });

  it.each([
    ['dead', async () => (await ended()).cookie],
    ['expired', async () => (await expired()).cookie],
    ['forged', async () => ({ cookie: `${COOKIE}=cfs_${'A'.repeat(86)}` })],
    ['nonsense', async () => ({ cookie: `${COOKIE}=%%%` })],
  ])('%s token: 204, cookie expired', async (_, make) => {
    const answer = await project.logout(await make());

    expect([answer.statusCode, cookiesOf(answer)]).toEqual([204, [EXPIRED]]);
  });

  it('logout twice: 204 both times, and one event', async () => {
    const { cookie } = await project.logIn('alice');
    const before = await logouts();

    const answers = [await project.logout(cookie), await project.logout(cookie)];

    expect(statusesOf(answers)).toEqual([204, 204]);
    expect((await logouts()) - before).toBe(1);
  });

  it('both cookie and header live: both end', async () => {
    const [first, second] = [await project.logIn('alice'), await project.logIn('alice')];

    const answer = await project.logout({ ...first.cookie, authorization: second.token });

    expect([answer.statusCode, cookiesOf(answer)]).toEqual([204, [EXPIRED]]);
    expect([await isLive(first.cookie), await isLive(second.cookie)]).toEqual([false, false]);
  });

  it('leaves the other sessions of the user alone', async () => {
    const [here, there] = [await project.logIn('alice'), await project.logIn('alice')];

    await project.logout(here.cookie);

    expect(await isLive(there.cookie)).toBe(true);
  });

  it.each([
    ['key missing: 403', `/api/1/ce/${AUTH}?logout=true`, 403],
    ['key not valid: 400', `/api/1/ce/${AUTH}?key=${'f'.repeat(32)}&logout=true`, 400],
    ['endpoint not valid: 400', `/api/1/ce/examples/nothing?key=${KEY}&logout=true`, 400],
    ['not an authentication endpoint: 400', `/api/1/ce/examples/notes?key=${KEY}&logout=true`, 400],
    ['login=true&logout=true together: 400', `/api/1/ce/${AUTH}?key=${KEY}&login=true&logout=true`, 400],
    ['logout=false: 400, a registration without a body', `/api/1/ce/${AUTH}?key=${KEY}&logout=false`, 400],
    ['logout=: 400, a registration without a body', `/api/1/ce/${AUTH}?key=${KEY}&logout=`, 400],
    ['logout=1: 400, a registration without a body', `/api/1/ce/${AUTH}?key=${KEY}&logout=1`, 400],
  ])('%s; the session lives on', async (_, url, status) => {
    const { cookie } = await project.logIn('alice');

    const answer = await project.server.post(url, { headers: cookie });

    expect([answer.statusCode, cookiesOf(answer)]).toEqual([status, []]);
    expect(await isLive(cookie)).toBe(true);
  });

  it('origin not allowed: 403; the session lives on', async () => {
    await project.set('allowed_origins = $1', [[ORIGIN]]);
    const { cookie } = await project.logIn('alice');

    const answer = await project.logout({ ...cookie, origin: 'https://evil.example' });

    expect([answer.statusCode, cookiesOf(answer)]).toEqual([403, []]);
    expect(await isLive(cookie)).toBe(true);
  });

  it('no origin although required: 403; the session lives on', async () => {
    const { cookie } = await project.logIn('alice');
    await project.set('requires_origin = true');

    const answer = await project.logout(cookie);
    await project.set('requires_origin = false');

    expect([answer.statusCode, cookiesOf(answer)]).toEqual([403, []]);
    expect(await isLive(cookie)).toBe(true);
  });

  it('GET logout=true is a plain GET: 401 without a token, and never a logout', async () => {
    const { cookie } = await project.logIn('alice');

    const [stranger, known] = [await project.get('logout=true'), await project.get('logout=true', cookie)];

    expect(statusesOf([stranger, known, await project.get('', cookie)])).toEqual([401, 200, 200]);
  });

  it.each(['PUT', 'DELETE'])('%s logout=true logs nobody out', async (method) => {
    const { cookie } = await project.logIn('alice');

    expect((await project.call(method, AUTH, 'logout=true', { headers: cookie })).statusCode).toBe(400);
    expect(await isLive(cookie)).toBe(true);
  });

  it.each([
    ['the options of a client that puts them in the place of the body', 'application/json', '{"withCredentials":true}'],
    ['malformed JSON', 'application/json', '{"a":'],
    ['an empty form', 'application/x-www-form-urlencoded', ''],
    ['a form', 'application/x-www-form-urlencoded', 'logout=false&a=b'],
    ['an unknown type', 'application/x-nothing; a', 'bytes'],
    ['multipart without a boundary', 'multipart/form-data', 'x'],
    ['no type', '', 'bytes'],
    ['16 KiB', 'text/plain', 'x'.repeat(16_384)],
    ['bytes that are no text', 'application/json', '\u0000\u00ff'],
  ])('body ignored: 204 for %s', async (_, type, payload) => {
    const { cookie } = await project.logIn('alice');

    const answer = await project.call('POST', AUTH, 'logout=true', {
      headers: { ...cookie, ...(type && { 'content-type': type }) },
      payload,
    });

    expect(answer.statusCode).toBe(204);
    expect(await isLive(cookie)).toBe(false);
  });

  describe('strict, where the application wants it', () => {
    beforeEach(() => project.set(`wires = '{"rested":{"isLogoutStrict":true}}'`));

    it.each([
      ['missing', async () => ({})],
      ['dead', async () => (await ended()).cookie],
    ])('401 for a %s token', async (_, make) => {
      expect((await project.logout(await make())).json()).toEqual({
        error: { status: 401, message: 'No live session.' },
      });
    });

    it('204 for a live one', async () => {
      const { cookie } = await project.logIn('alice');

      expect((await project.logout(cookie)).statusCode).toBe(204);
      expect(await isLive(cookie)).toBe(false);
    });
  });
});

describe('5.2 login', () => {
  it('right credentials: 200 with the record and the cookie, for 24 hours', async () => {
    const answer = await project.login('alice');
    tokenOf(answer);

    expect([answer.statusCode, answer.json()]).toEqual([200, RECORD]);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(cookiesOf(answer)).toEqual([
      expect.stringMatching(
        /^__Secure-rested-access-token=cfs_[\w-]{86}; Max-Age=86400; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
    expect(answer.body).not.toContain('password');
  });

  it('gives the session 24 hours, idle or not; the application may decide otherwise, and the cookie with it', async () => {
    const lives = () =>
      project.server.sql(
        `select contract, round(extract(epoch from expires_at - created_at)) as life, round(extract(epoch from idle_until - last_seen_at)) as idle
         from sessions order by created_at desc limit 1`,
      );
    await project.logIn('alice');
    const [usual] = await lives();
    await project.set('session_lifetime = 600');
    const answer = await project.login('alice');
    tokenOf(answer);
    const [short] = await lives();
    await project.set('session_lifetime = null');

    expect([usual, short]).toEqual([
      { contract: 'rested', life: '86400', idle: '86400' },
      { contract: 'rested', life: '600', idle: '600' },
    ]);
    expect(cookiesOf(answer)[0]).toContain('Max-Age=600;');
  });

  it('dataOnly=true: the inner object alone', async () => {
    const answer = await project.login('alice', {}, 'login=true&dataOnly=true');
    tokenOf(answer);

    expect(answer.json()).toEqual(ALICE);
  });

  it('noATCookie=true: no cookie, the token in the response header Authorization, which works verbatim', async () => {
    const answer = await project.login('alice', {}, 'login=true&noATCookie=true');

    const authorization = String(answer.headers.authorization);
    expect([answer.statusCode, cookiesOf(answer)]).toEqual([200, []]);
    expect(authorization).toMatch(/^Bearer cfs_[\w-]{86}$/);
    expect((await project.get('', { authorization })).json()).toEqual(RECORD);
  });

  it.each(['noATCookie=', 'noATCookie=1', 'noATCookie=TRUE'])('%s: a cookie as ever', async (flag) => {
    const answer = await project.login('alice', {}, `login=true&${flag}`);
    tokenOf(answer);

    expect([cookiesOf(answer).length, answer.headers.authorization]).toEqual([1, undefined]);
  });

  it('email instead of username, and the name in another case', async () => {
    await project.post({ email: 'mail@example.test', password: PASSWORD });

    const answers = [
      await project.post({ email: 'mail@example.test', password: PASSWORD }, 'login=true'),
      await project.post({ username: 'MAIL@example.test', password: PASSWORD }, 'login=true'),
      await project.login('ALICE'),
    ];
    answers.map(tokenOf);

    expect(answers.map((answer) => answer.json<{ data: object }>().data)).toEqual([
      { email: 'mail@example.test' },
      { email: 'mail@example.test' },
      ALICE,
    ]);
  });

  it.each(['application/json; charset=utf-8', 'application/json;charset=UTF-8', 'Application/JSON'])(
    '200 for the content type %s',
    async (type) => {
      const answer = await project.login('alice', { 'content-type': type });
      tokenOf(answer);

      expect(answer.statusCode).toBe(200);
    },
  );

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-7',
    'application/json; charset=utf-16',
    'application/vnd.api+json',
    '',
  ])('content type other than JSON: 400 for %j', async (type) => {
    const payload = JSON.stringify({ username: 'alice', password: PASSWORD });

    const answer = await project.call('POST', AUTH, 'login=true', {
      headers: type ? { 'content-type': type } : {},
      payload,
    });

    expect([answer.statusCode, cookiesOf(answer)]).toEqual([400, []]);
  });

  it.each(['application/json\ta', 'application/json garbage'])(
    'bad B12, B14: 415 for %j, which is no content type at all',
    async (type) => {
      const answer = await project.login('alice', { 'content-type': type });

      expect([answer.statusCode, cookiesOf(answer)]).toEqual([415, []]);
    },
  );

  const name = { username: 'alice' };
  it.each([
    ['identity missing', { password: PASSWORD }],
    ['password missing', name],
    ['both identities given', { ...name, email: 'alice@example.test', password: PASSWORD }],
    ['an empty identity', { username: '', password: PASSWORD }],
    ['an empty password', { ...name, password: '' }],
    ['identity null', { username: null, password: PASSWORD }],
    ['password an array', { ...name, password: [PASSWORD] }],
    ['password an object', { ...name, password: { $ne: null } }],
    ['identity an object', { username: { $ne: null }, password: PASSWORD }],
    ['a name of 10 KiB', { username: 'a'.repeat(10_240), password: PASSWORD }],
    ['a password of 1,025 bytes', { ...name, password: 'é'.repeat(512) + 'x' }],
    ['an array', []],
    ['a text', 'x'],
    ['null', null],
  ])('400 for %s', async (_, body) => {
    const answer = await project.post(body, 'login=true');

    expect([answer.statusCode, cookiesOf(answer)]).toEqual([400, []]);
  });

  it.each([
    ['empty body', ''],
    ['malformed JSON', '{"username":'],
    ['trailing bytes', '{"username":"alice","password":"x"}}'],
    ['a key twice', '{"username":"alice","username":"bob","password":"x"}'],
    ['__proto__', '{"username":"alice","password":"x","__proto__":{}}'],
  ])('400 for %s', async (_, payload) => {
    const answer = await project.call('POST', AUTH, 'login=true', {
      headers: { 'content-type': 'application/json' },
      payload,
    });

    expect(answer.statusCode).toBe(400);
  });

  it('unknown user or wrong password: 401, same text', async () => {
    const answers = [
      await project.post({ username: 'alice', password: 'not the password' }, 'login=true'),
      await project.post({ username: 'nobody', password: PASSWORD }, 'login=true'),
      await project.post({ username: 'alice\r\nSet-Cookie: a=b', password: PASSWORD }, 'login=true'),
    ];

    expect(answers.map((answer) => [answer.json(), cookiesOf(answer)])).toEqual(
      answers.map(() => [{ error: { status: 401, message: 'The credentials were not accepted.' } }, []]),
    );
  });

  it('key missing: 403, and not an authentication endpoint: 400', async () => {
    const body = { username: 'alice', password: PASSWORD };
    const answers = [
      await project.server.post(`/api/1/ce/${AUTH}?login=true`, { payload: body }),
      await project.post(body, 'login=true', {}, 'examples/open'),
    ];

    expect(statusesOf(answers)).toEqual([403, 400]);
  });

  it('origin refused: 403, and nobody is logged in', async () => {
    await project.set('allowed_origins = $1', [[ORIGIN]]);

    const answer = await project.login('alice', { origin: 'https://evil.example' });

    expect([answer.statusCode, cookiesOf(answer), answer.headers['access-control-allow-origin']]).toEqual([
      403,
      [],
      undefined,
    ]);
  });

  it('several logins of one user live side by side', async () => {
    const logins = [await project.logIn('alice'), await project.logIn('alice'), await project.logIn('alice')];

    expect(await Promise.all(logins.map(({ cookie }) => isLive(cookie)))).toEqual([true, true, true]);
  });

  it('a login with a live cookie replaces that cookie and ends its token', async () => {
    const { cookie } = await project.logIn('alice');

    const answer = await project.login('alice', cookie);

    expect([answer.statusCode, await isLive(cookie)]).toEqual([200, false]);
    expect(await isLive({ cookie: `${COOKIE}=${tokenOf(answer)}` })).toBe(true);
  });

  it('401 for a disabled user, as for a wrong password', async () => {
    await project.register('disabled');
    await project.server.sql(`update users set status = 'disabled' where username = 'disabled'`);

    expect((await project.login('disabled')).json()).toEqual({
      error: { status: 401, message: 'The credentials were not accepted.' },
    });
  });

  it('403 beyond the limit of sessions where the first ones win, and they live on', async () => {
    await project.register('first-wins');
    await project.set(`session_limit = 1, at_session_limit = 'refuse'`);
    const { cookie } = await project.logIn('first-wins');

    const second = await project.login('first-wins');
    await project.set(`session_limit = null, at_session_limit = 'end_oldest'`);

    expect([second.statusCode, cookiesOf(second), await isLive(cookie)]).toEqual([403, [], true]);
  });

  it('a login with a token in the header replaces that one, and a cookie beside it decides', async () => {
    const [first, second] = [await project.logIn('alice'), await project.logIn('alice')];

    tokenOf(await project.login('alice', { authorization: first.token, ...second.cookie }));
    const between = [await isLive(first.cookie), await isLive(second.cookie)];
    tokenOf(await project.login('alice', { authorization: first.token }));

    expect([between, await isLive(first.cookie)]).toEqual([[true, false], false]);
  });

  it('429 with Retry-After after too many guesses', async () => {
    await project.register('guessed');
    const guess = () => project.post({ username: 'guessed', password: 'not the password' }, 'login=true');
    let answer = await guess();
    for (let count = 0; count < 30 && answer.statusCode === 401; count++) answer = await guess();

    expect([answer.statusCode, Number(answer.headers['retry-after']) > 0]).toEqual([429, true]);
  });
});

describe('5.3 registration', () => {
  it('200 with the record, every further field kept, no password, no session', async () => {
    const answer = await project.post({ username: 'bob', password: PASSWORD, age: 7, nested: { a: [1, null] } });

    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      { ...RECORD, data: { username: 'bob', age: 7, nested: { a: [1, null] } } },
    ]);
    expect([cookiesOf(answer), answer.headers.authorization]).toEqual([[], undefined]);
  });

  it('400 for a taken name, whatever its case', async () => {
    await project.register('taken');

    expect((await project.post({ username: 'TAKEN', password: PASSWORD })).json()).toEqual({
      error: { status: 400, message: 'This user name is taken.' },
    });
  });

  it.each([
    ['a weak password', { username: 'weak', password: 'qwertyuiop' }],
    ['no name', { password: PASSWORD }],
    ['both names', { username: 'a', email: 'a@example.test', password: PASSWORD }],
    ['no e-mail address', { email: 'nothing', password: PASSWORD }],
    ['a NUL in a field', { username: 'nul', password: PASSWORD, field: '\u0000' }],
    ['a NUL in a name', { username: 'n\u0000ul', password: PASSWORD }],
  ])('400 for %s', async (_, body) => {
    expect((await project.post(body)).statusCode).toBe(400);
  });

  it('403 where the application does not let people register themselves', async () => {
    await project.set('is_registration_open = false');
    const answer = await project.post({ username: 'late', password: PASSWORD });
    await project.set('is_registration_open = true');

    expect(answer.statusCode).toBe(403);
  });

  it('400 where a property is missing that the application requires; undeclared ones are dropped where it wants that', async () => {
    await project.set(`required_properties = '{age}', has_dynamic_properties = false`);
    const missing = await project.post({ username: 'carol', password: PASSWORD });
    const dropped = await project.post({ username: 'carol', password: PASSWORD, age: 7, other: 1 }, 'dataOnly=true');
    await project.set(`required_properties = '{}', has_dynamic_properties = true`);

    expect([missing.statusCode, dropped.json()]).toEqual([400, { username: 'carol', age: 7 }]);
  });
});

describe('5.4 current user', () => {
  it('200 with the record, or data alone', async () => {
    const { cookie } = await project.logIn('alice');

    expect((await project.get('', cookie)).json()).toEqual({ ...RECORD, uniqueId: aliceId });
    expect((await project.get('dataOnly=true', cookie)).json()).toEqual(ALICE);
    expect((await project.get(`uniqueId=${aliceId}`, cookie)).json()).toEqual({ ...RECORD, uniqueId: aliceId });
    expect((await project.get('jsonata=data.colour', cookie)).json()).toBe('green');
  });

  it.each([
    ['missing', async () => ({})],
    ['not valid', async () => ({ cookie: `${COOKIE}=x` })],
    ['expired', async () => (await expired()).cookie],
    ['ended by a logout', async () => (await ended()).cookie],
    ['idle for a day', async () => (await idle()).cookie],
  ])('401 token %s', async (_, make) => {
    expect((await project.get('', await make())).json()).toEqual(NO_SESSION);
  });

  it.each([
    ['gone', 'delete from users where username = $1'],
    ['disabled', `update users set status = 'disabled' where username = $1`],
  ])('401 once its user is %s', async (state, sql) => {
    await project.register(`user-${state}`);
    const { cookie } = await project.logIn(`user-${state}`);
    await project.server.sql(sql, [`user-${state}`]);

    expect((await project.get('', cookie)).json()).toEqual(NO_SESSION);
  });

  it('403 for another user’s id', async () => {
    const { cookie } = await project.logIn('alice');
    const other = await project.register('other-reader');

    expect((await project.get(`uniqueId=${other}`, cookie)).statusCode).toBe(403);
  });

  it('the token is good at each endpoint of the project', async () => {
    const { cookie } = await project.logIn('alice');

    expect((await project.get('', cookie, 'second/auth')).json()).toMatchObject({ uniqueId: aliceId });
  });

  it('no challenge that would open a browser’s prompt', async () => {
    expect((await project.get()).headers['www-authenticate']).toBeUndefined();
  });
});

describe('5.5 update and delete', () => {
  const make = async (name: string, fields: object = {}) => {
    const id = await project.register(name, fields);
    return { id, ...(await project.logIn(name)) };
  };

  it.each(['', '&strategy=force', '&strategy=replace'])(
    'PUT%s replaces the data whole; the password stays',
    async (strategy) => {
      const name = `whole${strategy.slice(-5)}`;
      const { id, cookie } = await make(name, { a: 1, b: { c: 1 } });

      const answer = await project.put({ username: name, b: { d: 2 } }, `uniqueId=${id}${strategy}`, cookie);

      expect([answer.statusCode, answer.json()]).toEqual([
        200,
        { ...RECORD, uniqueId: id, data: { username: name, b: { d: 2 } } },
      ]);
      expect((await project.login(name)).statusCode).toBe(200);
    },
  );

  it('PUT strategy=merge merges one level deep, and keeps the name', async () => {
    const { id, cookie } = await make('merged', { a: 1, b: { c: 1 } });

    const answer = await project.put({ b: { d: 2 }, e: null }, `uniqueId=${id}&strategy=merge&dataOnly=true`, cookie);

    expect(answer.json()).toEqual({ username: 'merged', a: 1, b: { d: 2 }, e: null });
  });

  it('400 for data without a name: identity must stay present', async () => {
    const { id, cookie } = await make('nameless');

    const answers = [
      await project.put({ a: 1 }, `uniqueId=${id}`, cookie),
      await project.put({ username: '', a: 1 }, `uniqueId=${id}`, cookie),
      await project.put({ username: null }, `uniqueId=${id}&strategy=merge`, cookie),
      await project.put({ username: 'nameless', password: null }, `uniqueId=${id}`, cookie),
    ];

    expect(statusesOf(answers)).toEqual([400, 400, 400, 400]);
  });

  it('the name changes: the new one logs in, the old one does not; a name of someone else is 400', async () => {
    const { id, cookie } = await make('before');

    const renamed = await project.put({ email: 'after@example.test' }, `uniqueId=${id}&dataOnly=true`, cookie);
    const taken = await project.put({ username: 'alice' }, `uniqueId=${id}`, cookie);

    expect([renamed.json(), taken.statusCode]).toEqual([{ email: 'after@example.test' }, 400]);
    expect(statusesOf([await project.login('after@example.test'), await project.login('before')])).toEqual([200, 401]);
  });

  it('merge with a name: one name changes as one, two names change one by one', async () => {
    const { id, cookie } = await make('one@example.test');
    const put = (body: object) => project.put(body, `uniqueId=${id}&strategy=merge&dataOnly=true`, cookie);

    const answers = [
      await put({ email: 'two@example.test' }),
      await put({ username: 'two' }),
      await put({ email: 'three@example.test' }),
    ];

    expect(answers.map((answer) => answer.json())).toEqual([
      { email: 'two@example.test' },
      { username: 'two' },
      { username: 'two', email: 'three@example.test' },
    ]);
  });

  it('changing the password ends the other sessions and keeps this one', async () => {
    const { id, cookie } = await make('changer');
    const other = await project.logIn('changer');
    const password = 'four blue whales at noon';

    const answer = await project.put({ password }, `uniqueId=${id}&strategy=merge`, cookie);

    expect([answer.statusCode, await isLive(cookie), await isLive(other.cookie)]).toEqual([200, true, false]);
    const [old, fresh] = [
      await project.login('changer'),
      await project.post({ username: 'changer', password }, 'login=true'),
    ];
    tokenOf(fresh);
    expect(statusesOf([old, fresh])).toEqual([401, 200]);
  });

  it('400 for a weak password, and nothing changes', async () => {
    const { id, cookie } = await make('weakling');
    const other = await project.logIn('weakling');

    const answer = await project.put({ username: 'weakling', password: 'qwertyuiop' }, `uniqueId=${id}`, cookie);

    expect([answer.statusCode, await isLive(other.cookie)]).toEqual([400, true]);
  });

  it.each([
    ['no uniqueId', ''],
    ['no id', 'uniqueId=x'],
    ['an empty one', 'uniqueId='],
    ['two of them', `uniqueId=${'0'.repeat(32)}&uniqueId=${'1'.repeat(32)}`],
    ['an id with hyphens', 'uniqueId=019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80'],
    ['a strategy that is none', `uniqueId=${'0'.repeat(32)}&strategy=upsert`],
  ])('400 for %s', async (_, query) => {
    const { cookie } = await project.logIn('alice');

    expect((await project.put(ALICE, query, cookie)).statusCode).toBe(400);
  });

  it('403 for another user’s id, and nothing happens to them', async () => {
    const { cookie } = await project.logIn('alice');
    const victim = await make('victim', { colour: 'red' });
    const unknown = '0'.repeat(32);

    const answers = [
      await project.put({ username: 'mine' }, `uniqueId=${victim.id}`, cookie),
      await project.delete(`uniqueId=${victim.id}`, cookie),
      await project.put({ username: 'mine' }, `uniqueId=${unknown}`, cookie),
      await project.delete(`uniqueId=${unknown}`, cookie),
    ];

    expect(statusesOf(answers)).toEqual([403, 403, 403, 403]);
    expect((await project.get('dataOnly=true', victim.cookie)).json()).toEqual({ username: 'victim', colour: 'red' });
  });

  it('DELETE: 204, the user is gone with all of their sessions, the cookie expires', async () => {
    const { id, cookie } = await make('leaver');
    const other = await project.logIn('leaver');

    const answer = await project.delete(`uniqueId=${id}`, cookie);

    expect([answer.statusCode, answer.body, cookiesOf(answer)]).toEqual([204, '', [EXPIRED]]);
    expect([await isLive(cookie), await isLive(other.cookie), (await project.login('leaver')).statusCode]).toEqual([
      false,
      false,
      401,
    ]);
  });
});

describe('the master key', () => {
  const master = () => `masterKey=${project.masterKey}`;

  it('overrides the token: an operator reads, lists, changes and deletes users', async () => {
    const id = await project.register('managed', { a: 1 });
    const session = await project.logIn('managed');

    const answers = [
      await project.get(`${master()}&uniqueId=${id}&dataOnly=true`),
      await project.get(master()),
      await project.put({ username: 'managed', a: 2 }, `${master()}&uniqueId=${id}`),
      await project.put({ password: 'four blue whales at noon' }, `${master()}&uniqueId=${id}&strategy=merge`),
      await project.delete(`${master()}&uniqueId=${id}`),
      await project.get(`${master()}&uniqueId=${id}`),
    ];

    expect(statusesOf(answers)).toEqual([200, 200, 200, 200, 204, 404]);
    expect(answers[0]!.json()).toEqual({ username: 'managed', a: 1 });
    expect(answers[1]!.json<{ uniqueId: string }[]>().map(({ uniqueId }) => uniqueId)).toContain(id);
    expect(await isLive(session.cookie)).toBe(false);
  });

  it('overrides the list of origins and the need of one, without CORS headers', async () => {
    await project.set('allowed_origins = $1, requires_origin = true', [[ORIGIN]]);

    const [none, other] = [
      await project.get(master()),
      await project.get(master(), { origin: 'https://evil.example' }),
    ];

    expect(statusesOf([none, other])).toEqual([200, 200]);
    expect(other.headers['access-control-allow-origin']).toBeUndefined();
  });

  it.each(['wrong-master-key', '', '%00', 'x'])(
    '403 for the wrong one %j, whatever is asked and whoever asks',
    async (wrong) => {
      const { cookie } = await project.logIn('alice');
      const query = `masterKey=${wrong}`;

      const answers = [
        await project.get(query, cookie),
        await project.login('alice', {}, `login=true&${query}`),
        await project.logout(cookie, `logout=true&${query}`),
        await project.get(query, {}, 'examples/open'),
      ];

      expect(statusesOf(answers)).toEqual([403, 403, 403, 403]);
      expect(await isLive(cookie)).toBe(true);
    },
  );

  it('403 for a key of another kind, and for that of another project', async () => {
    const other = await project.addProject();
    const foreign = `master-of-another-${other.key}`;
    await project.addKey('rested_master', foreign, other.id);

    expect(statusesOf([await project.get(`masterKey=${KEY}`), await project.get(`masterKey=${foreign}`)])).toEqual([
      403, 403,
    ]);
  });

  it('400 for two of them', async () => {
    expect(
      statusesOf([await project.get(`${master()}&${master()}`), await project.get(`${master()}&masterKey[]=x`)]),
    ).toEqual([400, 400]);
  });

  it('is kept as a hash', async () => {
    const rows = await project.server.sql<{ key: string }>(
      `select key from application_keys where kind = 'rested_master'`,
    );

    expect(rows.every(({ key }) => key.startsWith('sha256:'))).toBe(true);
    expect((await project.get(`masterKey=${rows[0]!.key}`)).statusCode).toBe(403);
  });
});

async function ended() {
  const login = await project.logIn('alice');
  await project.logout(login.cookie);
  return login;
}

async function expired() {
  return movedBack(`expires_at = now() - interval '1 ms'`);
}

async function idle() {
  return movedBack(`idle_until = now() - interval '1 ms'`);
}

async function movedBack(set: string) {
  const login = await project.logIn('alice');
  const id = Buffer.from(login.token.slice(4), 'base64url').toString('hex', 16, 32);
  await project.server.sql(`update sessions set ${set} where id = $1::uuid`, [id]);
  return login;
}

async function logouts(): Promise<number> {
  const [row] = await project.server.sql<{ count: string }>(
    `select count(*) from session_events where cause = 'logout'`,
  );
  return Number(row!.count);
}
