import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PASSWORD, TestServer } from '../server.js';
import {
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

const NEXT_PASSWORD = 'seven silent owls at midnight';

let server: TestServer;
let app: BackendlessApp;
beforeAll(async () => {
  server = await TestServer.start();
  app = await newApp(server);
});
beforeEach(() => server.sql('delete from login_attempts'));
afterAll(() => server.stop());

const tryToRegister = (payload: object, base = app.base, headers: Record<string, string> = {}) =>
  server.post(`${base}/users/register`, { payload, headers });
const put = (id: string, payload: object, token?: string, base = app.base) =>
  server.request({ method: 'PUT', url: `${base}/users/${id}`, payload, ...(token !== undefined && withToken(token)) });

describe('POST users/register', () => {
  it('200 with objectId, without password and token; no session is created', async () => {
    const answer = await tryToRegister({
      email: 'New@example.test',
      password: PASSWORD,
      blUserLocale: 'de',
      color: 'red',
    });

    const user = answer.json<Known>();
    expect([answer.statusCode, user]).toEqual([
      200,
      {
        objectId: expect.any(String) as string,
        ___class: 'Users',
        ownerId: user.objectId,
        email: 'New@example.test',
        name: null,
        created: expect.any(Number) as number,
        updated: null,
        userStatus: 'ENABLED',
        lastLogin: null,
        socialAccount: 'BACKENDLESS',
        blUserLocale: 'de',
        color: 'red',
      },
    ]);
    expect(await server.sql('select from sessions where user_id = $1', [user.objectId])).toEqual([]);
  });

  it.each([
    ['login', { login: 'by-login' }, { login: 'by-login', username: 'by-login', email: null }],
    ['username', { username: 'by-username' }, { login: 'by-username', username: 'by-username', email: null }],
    ['email before login', { email: 'e@example.test', login: 'kept' }, { email: 'e@example.test', login: 'kept' }],
  ])('the identity is the %s', async (_, fields, shown) => {
    const user = await register(server, app.base, fields);

    const answer = await logIn(server, app.base, Object.values(fields)[0]);

    expect(user).toMatchObject(shown);
    expect(answer.json()).toMatchObject({ ...shown, objectId: user.objectId });
  });

  it('a property beside the identity opens nothing', async () => {
    await register(server, app.base, { email: 'beside@example.test', login: 'beside' });

    expect(refusal(await logIn(server, app.base, 'beside'))).toEqual(refused(401, 3003));
  });

  it.each<[string, object, number]>([
    ['password and identity missing', {}, 3011],
    ['password missing', { email: 'a@example.test' }, 3011],
    ['password empty', { email: 'a@example.test', password: '' }, 3011],
    ['password null', { email: 'a@example.test', password: null }, 3011],
    ['password no text', { email: 'a@example.test', password: { $ne: 1 } }, 3011],
    ['a password that everyone has', { email: 'a@example.test', password: 'password123' }, 3011],
    ['identity missing', { password: PASSWORD }, 3013],
    ['identity null', { email: null, password: PASSWORD }, 3013],
    ['identity empty', { login: '', password: PASSWORD }, 3013],
    ['identity that is no text', { login: ['x'], password: PASSWORD }, 3013],
    ['identity with control characters', { login: 'a\u0007b', password: PASSWORD }, 3013],
    ['property id', { email: 'a@example.test', password: PASSWORD, id: '1' }, 3039],
    ['e-mail malformed', { email: 'nobody', password: PASSWORD }, 3040],
    ['e-mail with a line break', { email: 'a@b\r\nc', password: PASSWORD }, 3040],
    ['a text too long', { email: 'a@example.test', password: PASSWORD, about: 'x'.repeat(4_001) }, 8000],
    ['a name of a property too long', { email: 'a@example.test', password: PASSWORD, ['x'.repeat(65)]: 1 }, 8000],
    ['an identity too long', { login: 'x'.repeat(255), password: PASSWORD }, 8000],
    ['a password too long', { login: 'x', password: 'y'.repeat(1_025) }, 8000],
    ['a name too long', { email: 'a@example.test', password: PASSWORD, name: 'x'.repeat(255) }, 8000],
    ['a name that is no text', { email: 'a@example.test', password: PASSWORD, name: 7 }, 3038],
    ['bad L7 NUL in a text', { email: 'a@example.test', password: PASSWORD, about: 'a\0b' }, 3038],
    ['bad L7 NUL deep in a property', { email: 'a@example.test', password: PASSWORD, about: { a: ['\0'] } }, 3038],
    ['bad L7 NUL in the name', { email: 'a@example.test', password: PASSWORD, name: 'a\0b' }, 3038],
    ['bad L7 NUL in the name of a property', { email: 'a@example.test', password: PASSWORD, 'a\0b': 1 }, 3038],
  ])('%s', async (_, payload, code) => {
    expect(refusal(await tryToRegister(payload))).toEqual(refused(400, code));
    expect(await server.sql(`select from identities where name = 'a@example.test'`)).toEqual([]);
  });

  it('identity already taken: 3033, in any case', async () => {
    const { email } = await someone(server, app.base);

    const answer = await tryToRegister({ email: email.toUpperCase(), password: PASSWORD });

    expect(refusal(answer)).toEqual(refused(409, 3033));
  });

  it('registration disabled: 403 with 3009 and the words of the original; guests likewise', async () => {
    const closed = await newApp(server, { is_registration_open: false, is_guest_allowed: false });

    const answers = [
      await tryToRegister({ email: 'a@example.test', password: PASSWORD }, closed.base),
      await server.post(`${closed.base}/users/register/guest`),
    ];

    expect(answers.map((answer) => [answer.statusCode, answer.json()])).toEqual(
      answers.map(() => [
        403,
        { code: 3009, message: 'User registration is denied for this version of application', errorData: {} },
      ]),
    );
  });

  it('required property missing: 3012, which names it', async () => {
    const strict = await newApp(server, { required_properties: ['city', 'name'] });

    const refusedAnswer = await tryToRegister(
      { email: 'city@example.test', password: PASSWORD, city: null },
      strict.base,
    );
    const answer = await tryToRegister(
      { email: 'city@example.test', password: PASSWORD, city: 'Rome', name: 'Ann' },
      strict.base,
    );

    expect([refusal(refusedAnswer), refusedAnswer.json<{ message: string }>().message]).toEqual([
      refused(400, 3012),
      'Required: city, name.',
    ]);
    expect(answer.statusCode).toBe(200);
  });

  it('unknown property while dynamic ones are off: dropped in silence', async () => {
    const fixed = await newApp(server, { has_dynamic_properties: false, property_names: ['city'] });

    const user = await register(server, fixed.base, { email: 'drop@example.test', city: 'Rome', foo: 1 });

    expect(user).toMatchObject({ city: 'Rome' });
    expect(user).not.toHaveProperty('foo');
  });

  it('the server’s own properties are not looked at', async () => {
    const forged = {
      ownerId: 'x',
      created: 1,
      updated: 2,
      lastLogin: 3,
      userStatus: 'DISABLED',
      'user-token': 'x',
      ___class: 'Admins',
      socialAccount: 'X',
    };

    const user = await register(server, app.base, { email: 'forged@example.test', roles: ['admin'], ...forged });

    const [row] = await server.sql('select roles, properties from users where id = $1', [user.objectId]);
    expect(row).toEqual({ roles: [], properties: { roles: ['admin'] } });
    expect(user).toMatchObject({ userStatus: 'ENABLED', ___class: 'Users', lastLogin: null, ownerId: user.objectId });
  });

  it.each(['__proto__', 'constructor', 'prototype'])('bad B6 the property %s: 400', async (name) => {
    const payload = `{"email":"a@example.test","password":"x","${name}":{"a":1}}`;

    expect(refusal(await server.post(`${app.base}/users/register`, { payload }))).toEqual(refused(400, 400));
  });

  it('bad B9 17 KiB: 413', async () => {
    expect(refusal(await tryToRegister({ email: 'x'.repeat(17_000) }))).toEqual(refused(413, 413));
  });
});

describe('POST users/register/guest', () => {
  it('200 with objectId, token and GUEST; no body and no content type needed', async () => {
    const answer = await server.post(`${app.base}/users/register/guest`);

    const guest = answer.json<Known>();
    expect([answer.statusCode, guest]).toMatchObject([
      200,
      { userStatus: 'GUEST', ___class: 'Users', email: null, name: null, objectId: expect.any(String) as string },
    ]);
    expect(guest).not.toHaveProperty('username');
    expect(await isValid(server, app.base, guest['user-token'])).toBe('true');
  });

  it('registering with that objectId turns it into a full user, who logs in', async () => {
    const guest = (await server.post(`${app.base}/users/register/guest`)).json<Known>();

    const fields = { objectId: guest.objectId, email: 'was-guest@example.test' };
    const token = { 'user-token': guest['user-token'] };
    const user = await register(server, app.base, fields, token);
    const again = await server.post(`${app.base}/users/register`, {
      headers: token,
      payload: { ...fields, email: 'second@example.test', password: PASSWORD },
    });
    const loggedIn = await logIn(server, app.base, 'was-guest@example.test');

    expect(user).toMatchObject({ objectId: guest.objectId, userStatus: 'ENABLED', email: 'was-guest@example.test' });
    expect(loggedIn.json()).toMatchObject({ objectId: guest.objectId, userStatus: 'ENABLED' });
    expect(refusal(again)).toEqual(refused(404, 1000));
  });

  it('403 with 3029 for the objectId of a guest without that guest’s token: it is no secret', async () => {
    const [guest, other] = [
      (await server.post(`${app.base}/users/register/guest`)).json<Known>(),
      (await server.post(`${app.base}/users/register/guest`)).json<Known>(),
    ];
    const payload = { objectId: guest.objectId, email: 'thief@example.test', password: PASSWORD };

    const answers = [
      await server.post(`${app.base}/users/register`, { payload }),
      await server.post(`${app.base}/users/register`, { headers: { 'user-token': other['user-token'] }, payload }),
    ];

    expect(answers.map(refusal)).toEqual([refused(403, 3029), refused(403, 3029)]);
    expect(await server.sql('select from identities where user_id = $1', [guest.objectId])).toEqual([]);
  });

  it.each([
    ['an unknown objectId', '019AA3F2-0000-7D3A-9B1F-2F4C5D6E7F81'],
    ['none at all', 'x'],
    ['a number', 7],
  ])('registering with %s: refused, and nobody is made', async (_, objectId) => {
    const answer = await tryToRegister({ objectId, email: 'unborn@example.test', password: PASSWORD });

    expect([403, 404]).toContain(answer.statusCode);
    expect(await server.sql(`select from identities where name = 'unborn@example.test'`)).toEqual([]);
  });
});

describe('PUT users/<objectId>', () => {
  it('200 with the user; what is left out stays', async () => {
    const user = await someone(server, app.base);
    await put(user.objectId, { color: 'red', size: 7 }, user['user-token']);

    const answer = await put(user.objectId.toLowerCase(), { name: 'Ann', color: null }, user['user-token']);

    const { 'user-token': _, ...rest } = user;
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      { ...rest, name: 'Ann', color: null, size: 7, updated: expect.any(Number) as number },
    ]);
  });

  it('the whole object as it came, with ___class, objectId and user-token: nothing but the change', async () => {
    const user = await someone(server, app.base);

    const answer = await put(user.objectId, { ...user, name: 'Whole' }, user['user-token']);

    const { 'user-token': _, ...rest } = user;
    expect(answer.json()).toEqual({ ...rest, name: 'Whole', updated: expect.any(Number) as number });
    expect((await server.sql('select properties from users where id = $1', [user.objectId]))[0]).toEqual({
      properties: { blUserLocale: null },
    });
  });

  it('no token: 3028; dead token: 3064; another user’s record: 3029; bad id: 3030', async () => {
    const [user, other] = [await someone(server, app.base), await someone(server, app.base)];

    const answers = [
      await put(user.objectId, { name: 'x' }),
      await put(user.objectId, { name: 'x' }, `cfs_${'A'.repeat(86)}`),
      await put(other.objectId, { name: 'x' }, user['user-token']),
      await put('019AA3F2-0000-7D3A-9B1F-2F4C5D6E7F81', { name: 'x' }, user['user-token']),
      await put('nobody', { name: 'x' }, user['user-token']),
    ];

    expect(answers.map(refusal)).toEqual([
      refused(401, 3028),
      refused(400, 3064),
      refused(403, 3029),
      refused(403, 3029),
      refused(400, 3030),
    ]);
  });

  it('a new password ends the other sessions, and the caller’s lives on', async () => {
    const many = await newApp(server, { session_limit: 0 });
    const user = await someone(server, many.base);
    const other = (await logIn(server, many.base, user.email)).json<Known>();

    const answer = await put(user.objectId, { password: NEXT_PASSWORD }, user['user-token'], many.base);

    expect([answer.statusCode, answer.body.includes(NEXT_PASSWORD)]).toEqual([200, false]);
    expect([
      await isValid(server, many.base, user['user-token']),
      await isValid(server, many.base, other['user-token']),
      (await logIn(server, many.base, user.email)).statusCode,
      (await logIn(server, many.base, user.email, NEXT_PASSWORD)).statusCode,
    ]).toEqual(['true', 'false', 401, 200]);
  });

  it('a new e-mail is the identity from now on; one that is taken: 3018, and nothing changes', async () => {
    const [user, other] = [await someone(server, app.base), await someone(server, app.base)];

    const renamed = await put(user.objectId, { email: 'renamed@example.test' }, user['user-token']);
    const taken = await put(user.objectId, { email: other.email, name: 'Thief' }, user['user-token']);

    expect(renamed.json()).toMatchObject({ email: 'renamed@example.test' });
    expect(refusal(taken)).toEqual(refused(409, 3018));
    expect((await logIn(server, app.base, user.email)).statusCode).toBe(401);
    expect((await logIn(server, app.base, 'renamed@example.test')).json()).toMatchObject({ name: null });
  });

  it.each(['login', 'username'])(
    'a new %s is the identity from now on; an e-mail beside it is one too',
    async (field) => {
      const name = `old-${field}`;
      await register(server, app.base, { login: name });
      const user = (await logIn(server, app.base, name)).json<Known>();

      const answer = await put(
        user.objectId,
        { ...user, [field]: `new-${field}`, email: `${field}@example.test` },
        user['user-token'],
      );

      expect(answer.json()).toMatchObject({
        login: `new-${field}`,
        username: `new-${field}`,
        email: `${field}@example.test`,
      });
      const statuses = [];
      for (const login of [name, `new-${field}`, `${field}@example.test`])
        statuses.push((await logIn(server, app.base, login)).statusCode);
      expect(statuses).toEqual([401, 200, 200]);
    },
  );

  it.each<[string, object, number]>([
    ['required value empty', { city: '' }, 3045],
    ['required value null', { city: null }, 3045],
    ['password empty', { password: '' }, 3045],
    ['e-mail empty', { email: '' }, 3045],
    ['e-mail null where it is the identity', { email: null }, 3045],
    ['e-mail malformed', { email: 'nobody' }, 3040],
    ['property id', { id: 1 }, 3039],
    ['a text too long', { about: 'x'.repeat(4_001) }, 8000],
    ['a password that everyone has', { password: 'password123' }, 3011],
  ])('%s', async (_, payload, code) => {
    const strict = await newApp(server, { required_properties: ['city'] });
    await register(server, strict.base, { email: 'city@example.test', city: 'Rome' });
    const user = (await logIn(server, strict.base, 'city@example.test')).json<Known>();

    const answer = await put(user.objectId, payload, user['user-token'], strict.base);

    expect(refusal(answer)).toEqual(refused(400, code));
  });

  it('unknown property while dynamic ones are off: dropped in silence', async () => {
    const fixed = await newApp(server, { has_dynamic_properties: false, property_names: ['city'] });
    const user = await someone(server, fixed.base);

    const answer = await put(user.objectId, { city: 'Rome', foo: 1 }, user['user-token'], fixed.base);

    expect(answer.json()).toMatchObject({ city: 'Rome' });
    expect(answer.json()).not.toHaveProperty('foo');
  });

  it('more than 64 KiB of properties in all: 8000, and nothing changes', async () => {
    const user = await someone(server, app.base);
    const fill = (name: string) =>
      put(
        user.objectId,
        Object.fromEntries([1, 2, 3].map((part) => [name + part, 'x'.repeat(4_000)])),
        user['user-token'],
      );

    const answers = [];
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) answers.push(await fill(name));

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200, 400]);
    expect(refusal(answers[5]!)).toEqual(refused(400, 8000));
  });

  it('500 with 3024 for what went wrong on our side, which tells no internals; and nothing changes', async () => {
    const user = await someone(server, app.base);
    await server.sql(
      `create function fail() returns trigger language plpgsql as $$ begin raise exception 'inner workings'; end $$`,
    );
    await server.sql('create trigger failing before update on users for each row execute function fail()');

    const answer = await put(user.objectId, { name: 'Ann' }, user['user-token']);
    await server.sql('drop function fail cascade');

    expect(refusal(answer)).toEqual(refused(500, 3024));
    expect(answer.body).not.toContain('inner workings');
    expect(
      (await server.get(`${app.base}/data/Users/${user.objectId}`, withToken(user['user-token']))).json(),
    ).toMatchObject({ name: user.name });
  });

  it('403 with 3024 for a password that was changed meanwhile, which stays as it is now', async () => {
    const user = await someone(server, app.base);
    await server.sql('begin');
    await server.sql('update users set password_version = password_version + 1 where id = $1', [user.objectId]);

    const pending = put(user.objectId, { password: NEXT_PASSWORD }, user['user-token']);
    await expect
      .poll(() =>
        server.sql(`select from pg_locks as waiting where not granted and locktype = 'transactionid' and exists (
          select from pg_locks join pg_database on pg_database.oid = database
          where pg_locks.pid = waiting.pid and datname = current_database())`),
      )
      .toHaveLength(1);
    await server.sql('commit');

    expect(refusal(await pending)).toEqual(refused(403, 3024));
    expect((await logIn(server, app.base, user.email)).statusCode).toBe(200);
  });

  it('twenty updates at once of one user lose nothing', async () => {
    const user = await someone(server, app.base);
    const names = Array.from({ length: 20 }, (_, place) => `field${place}`);

    const answers = await Promise.all(names.map((name) => put(user.objectId, { [name]: name }, user['user-token'])));

    const [row] = await server.sql<{ properties: object }>('select properties from users where id = $1', [
      user.objectId,
    ]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(names.map(() => 200));
    expect(row!.properties).toEqual(Object.fromEntries(names.map((name) => [name, name])));
  });

  it('a guest may have a name, and stays a guest', async () => {
    const guest = (await server.post(`${app.base}/users/register/guest`)).json<Known>();

    const answer = await put(guest.objectId, { ...guest, name: 'Ghost' }, guest['user-token']);

    expect(answer.json()).toMatchObject({ name: 'Ghost', userStatus: 'GUEST' });
    expect(await server.sql('select from identities where user_id = $1', [guest.objectId])).toEqual([]);
  });
});

describe('GET users/userclassprops', () => {
  it('the columns that all users have, and those that the application declares; a token is optional, a dead one 3064', async () => {
    const declared = await newApp(server, { property_names: ['city'], required_properties: ['age'] });

    const answer = await server.get(`${declared.base}/users/userclassprops`);
    const withDead = await server.get(`${declared.base}/users/userclassprops`, withToken('x'));

    const columns = answer.json<{ name: string }[]>();
    expect(columns.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['objectId', 'email', 'created', 'updated', 'name', 'userStatus', 'city', 'age']),
    );
    expect(columns.find(({ name }) => name === 'age')).toEqual({
      name: 'age',
      required: true,
      type: 'STRING',
      defaultValue: null,
      relatedTable: null,
      customRegex: null,
      autoLoad: false,
      isPrimaryKey: false,
      identity: false,
    });
    expect(columns.filter((column) => 'identity' in column && column.identity).map(({ name }) => name)).toEqual([
      'email',
    ]);
    expect(refusal(withDead)).toEqual(refused(400, 3064));
  });
});

describe('GET users/restorepassword', () => {
  it('200 empty for a known identity and for an unknown one', async () => {
    const { email } = await someone(server, app.base);

    const answers = await Promise.all(
      [encodeURIComponent(email), 'nobody%40example.test'].map((identity) =>
        server.get(`${app.base}/users/restorepassword/${identity}`),
      ),
    );

    expect(answers.map(({ statusCode, body }) => [statusCode, body])).toEqual([
      [200, ''],
      [200, ''],
    ]);
  });

  it('where the application tells: unknown identity 3020, known one 5050, and questions are limited', async () => {
    const telling = await newApp(server, { wires: { backendless: { isRecoveryTelling: true } } });
    const { email } = await someone(server, telling.base);
    const ask = (identity: string) =>
      server.get(`${telling.base}/users/restorepassword/${encodeURIComponent(identity)}`);

    const answers = [await ask(email), await ask('nobody@example.test')];
    await server.sql('update login_attempts set count = 300');
    const limited = await ask(email);

    expect(answers.map(refusal)).toEqual([refused(400, 5050), refused(400, 3020)]);
    expect(refusal(limited)).toEqual(refused(429, 3036));
  });
});

describe('POST users/verifypassowrd', () => {
  const verify = (payload: object, token?: string) =>
    server.post(`${app.base}/users/verifypassowrd`, { payload, ...(token !== undefined && withToken(token)) });

  it('valid true for the own password, false for another', async () => {
    const { 'user-token': token } = await someone(server, app.base);

    const answers = [await verify({ password: PASSWORD }, token), await verify({ password: 'not it at all' }, token)];

    expect(answers.map((answer) => [answer.statusCode, answer.json()])).toEqual([
      [200, { valid: true }],
      [200, { valid: false }],
    ]);
  });

  it('no user: 3121; dead token: 3064; no password: 3038; too many guesses: 429', async () => {
    const { 'user-token': token } = await someone(server, app.base);
    for (let guess = 0; guess < 10; guess++) await verify({ password: 'not it at all' }, token);

    const answers = [
      await verify({ password: PASSWORD }),
      await verify({ password: PASSWORD }, 'x'),
      await verify({}, token),
      await verify({ password: PASSWORD }, token),
    ];

    expect(answers.map(refusal)).toEqual([
      refused(401, 3121),
      refused(400, 3064),
      refused(400, 3038),
      refused(429, 3036),
    ]);
  });
});

describe('GET info and POST log', () => {
  it('info: what the SDKs read; a live token is welcome, a dead one is 3064', async () => {
    const { 'user-token': token } = await someone(server, app.base);

    const answers = [
      await server.get(`${app.base}/info`),
      await server.get(`${app.base}/info`, withToken(token)),
      await server.get(`${app.base}/info`, withToken('x')),
    ];

    const info = { rtURL: '', appId: app.id, apiKey: app.key, loggers: [] };
    expect(answers.slice(0, 2).map((answer) => answer.json<unknown>())).toEqual([info, info]);
    expect(refusal(answers[2]!)).toEqual(refused(400, 3064));
  });

  it.each(['POST', 'PUT'] as const)('log by %s: 200 empty, whatever the records are', async (method) => {
    const records = [{ logger: 'x', message: 'y', 'log-level': 'INFO', timestamp: 1 }];

    const answers = await Promise.all([
      server.request({ method, url: `${app.base}/log`, payload: records }),
      server.request({ method, url: `${app.base}/log` }),
      server.request({ method, url: `${app.base}/log`, payload: '{' }),
    ]);

    expect(answers.map(({ statusCode, body }) => [statusCode, body])).toEqual(answers.map(() => [200, '']));
  });

  it('log with a dead token: 3064', async () => {
    const answer = await server.post(`${app.base}/log`, { payload: [], ...withToken('x') });

    expect(refusal(answer)).toEqual(refused(400, 3064));
  });
});
