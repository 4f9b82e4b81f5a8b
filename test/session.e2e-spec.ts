import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, both, json, PASSWORD, TestServer } from './server.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());

const LOGIN = '/api/v1/auth/login';
const LOGOUT = '/api/v1/auth/logout';
const SESSION = '/api/v1/auth/session';
const UUID = expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/) as string;
const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;

describe('the four steps', () => {
  it('401, log in, 200, log out, 401', async () => {
    const userId = await server.signUp('four@example.test');

    const before = await server.get(SESSION);
    const login = await server.post(LOGIN, json({ login: 'four@example.test', password: PASSWORD }));
    const { token } = login.json<{ token: string }>();
    const during = await server.get(SESSION, bearer(token));
    const logout = await server.post(LOGOUT, bearer(token));
    const after = await server.get(SESSION, bearer(token));

    expect([before, login, during, logout, after].map(({ statusCode }) => statusCode)).toEqual([
      401, 200, 200, 204, 401,
    ]);
    expect(during.json()).toEqual({
      user: { id: userId, username: 'four@example.test', roles: [] },
      session: {
        id: UUID,
        applicationId: UUID,
        contract: 'native',
        createdAt: INSTANT,
        authenticatedAt: INSTANT,
        idleUntil: INSTANT,
        expiresAt: INSTANT,
      },
    });
    expect(logout.body).toBe('');
  });
});

describe('POST /auth/login', () => {
  it('200 with the token once, 90 characters that begin with cfs_', async () => {
    await server.signUp('once@example.test');

    const answer = await server.post(LOGIN, json({ login: 'ONCE@example.test', password: PASSWORD, label: 'Kitchen' }));

    expect(answer.json()).toMatchObject({
      token: expect.stringMatching(/^cfs_[\w-]{86}$/) as string,
      user: { username: 'once@example.test' },
    });
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('one and the same 401 for a wrong name and a wrong password', async () => {
    await server.signUp('same@example.test');

    const [name, password] = await Promise.all([
      server.post(LOGIN, json({ login: 'nobody@example.test', password: PASSWORD })),
      server.post(LOGIN, json({ login: 'same@example.test', password: 'not the password at all' })),
    ]);

    const withoutId = ({ statusCode, body }: typeof name) => [
      statusCode,
      { ...(JSON.parse(body) as object), request_id: '' },
    ];
    expect(withoutId(name)).toEqual(withoutId(password));
    expect(name.json()).toMatchObject({ status: 401, code: 'CREDENTIALS_REJECTED' });
  });

  it('bad L6 401 where the stored hash was made by something else', async () => {
    const userId = await server.signUp('foreign@example.test');
    await server.sql('update users set password_hash = $2 where id = $1', [
      userId,
      '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy',
    ]);

    const answer = await server.post(LOGIN, json({ login: 'foreign@example.test', password: PASSWORD }));

    expect(answer.json()).toMatchObject({ status: 401, code: 'CREDENTIALS_REJECTED' });
  });

  it('asvs 7.2.4 ends the session presented with the request, in the same step', async () => {
    const first = await server.logIn('fixation@example.test');

    const answer = await server.post(
      LOGIN,
      both(bearer(first.token), json({ login: 'fixation@example.test', password: PASSWORD })),
    );

    expect(answer.json<{ token: string }>().token).not.toBe(first.token);
    expect(await server.statusOfSession(first.token)).toBe(401);
    expect(await server.causes(first.userId)).toEqual(['replaced']);
  });

  it('leaves the session presented alone when the login is refused', async () => {
    const first = await server.logIn('kept@example.test');

    await server.post(
      LOGIN,
      both(bearer(first.token), json({ login: 'kept@example.test', password: 'not the password at all' })),
    );

    expect(await server.statusOfSession(first.token)).toBe(200);
  });

  it('asvs 3.3.1 3.3.2 3.3.3 3.3.4 3.3.5 sets the cookie, and keeps the token out of the body, with transport cookie', async () => {
    await server.signUp('cookie@example.test');

    const answer = await server.post(
      LOGIN,
      json({ login: 'cookie@example.test', password: PASSWORD, transport: 'cookie' }),
    );

    expect(answer.headers['set-cookie']).toMatch(
      /^__Host-curfew=cfs_[\w-]{86}; Max-Age=86400; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(answer.json()).not.toHaveProperty('token');
    expect(String(answer.headers['set-cookie']).length).toBeLessThan(200);
  });
});

describe('POST /auth/logout', () => {
  it('204, and the token is dead from then on', async () => {
    const alice = await server.logIn('alice@example.test');

    expect((await server.post(LOGOUT, bearer(alice.token))).statusCode).toBe(204);

    expect((await server.get(SESSION, bearer(alice.token))).json()).toMatchObject({
      status: 401,
      code: 'SESSION_UNKNOWN',
    });
    expect(await server.causes(alice.userId)).toEqual(['logout']);
  });

  it.each([
    ['missing', undefined],
    ['malformed', 'nonsense'],
    ['dead', `cfs_${'A'.repeat(86)}`],
  ])('204 for a %s token', async (_, token) => {
    expect((await server.post(LOGOUT, token === undefined ? {} : bearer(token))).statusCode).toBe(204);
  });

  it('204 a second time, and one event', async () => {
    const twice = await server.logIn('twice@example.test');

    const answers = await Promise.all([
      server.post(LOGOUT, bearer(twice.token)),
      server.post(LOGOUT, bearer(twice.token)),
    ]);

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([204, 204]);
    expect(await server.causes(twice.userId)).toEqual(['logout']);
  });

  it('ends only the others with scope others', async () => {
    const [here, there, elsewhere] = [
      await server.logIn('others@example.test'),
      await server.logIn('others@example.test'),
      await server.logIn('others@example.test'),
    ];

    await server.post(LOGOUT, both(bearer(here.token), json({ scope: 'others' })));

    expect(await Promise.all([here, there, elsewhere].map(({ token }) => server.statusOfSession(token)))).toEqual([
      200, 401, 401,
    ]);
    expect(await server.causes(here.userId)).toEqual(['logout_others', 'logout_others']);
  });

  it('asvs 7.5.2 403 with scope others when the login is older than five minutes', async () => {
    const [here, there] = [await server.logIn('stale@example.test'), await server.logIn('stale@example.test')];
    await server.passTime(here.userId, '6 minutes');

    const answer = await server.post(LOGOUT, both(bearer(here.token), json({ scope: 'others' })));

    expect(answer.json()).toMatchObject({ status: 403, code: 'LOGIN_STALE' });
    expect(await server.statusOfSession(there.token)).toBe(200);
  });

  it('ends every session of the user with scope all, and nobody else’s', async () => {
    const [here, there, stranger] = [
      await server.logIn('all@example.test'),
      await server.logIn('all@example.test'),
      await server.logIn('stranger@example.test'),
    ];

    await server.post(LOGOUT, both(bearer(here.token), json({ scope: 'all' })));

    expect(await Promise.all([here, there, stranger].map(({ token }) => server.statusOfSession(token)))).toEqual([
      401, 401, 200,
    ]);
  });

  it('bad D11 ends a hundred thousand sessions of one user in one call', async () => {
    const { token, userId } = await server.logIn('crowded@example.test');
    for (let batch = 0; batch < 20; batch += 1) {
      await server.sql(
        `insert into sessions (user_id, id, application_id, contract, secret_hash, idle_until, expires_at)
         select id, gen_random_uuid(), application_id, 'native', sha256(n::text::bytea), now() + interval '1 h', now() + interval '1 h'
         from users, generate_series(1, 5000) n where id = $1`,
        [userId],
      );
    }

    const answer = await server.post(LOGOUT, both(bearer(token), json({ scope: 'all' })));

    expect(answer.statusCode).toBe(204);
    expect(
      await server.sql(
        `select cause, count(*)::int from session_events where user_id = $1 and type = 'session.ended' group by 1`,
        [userId],
      ),
    ).toEqual([{ cause: 'logout_all', count: 100_001 }]);
  });

  it('asvs 14.3.1 clears the cookie with the attributes it was set with', async () => {
    await server.signUp('clear@example.test');
    const login = await server.post(
      LOGIN,
      json({ login: 'clear@example.test', password: PASSWORD, transport: 'cookie' }),
    );
    const cookie = String(login.headers['set-cookie']).split(';')[0]!;

    const answer = await server.post(LOGOUT, { headers: { cookie } });

    expect(answer.headers['set-cookie']).toBe(
      '__Host-curfew=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax',
    );
    expect(answer.headers['clear-site-data']).toBe('"cache", "storage"');
    expect((await server.get(SESSION, { headers: { cookie } })).statusCode).toBe(401);
  });
});

describe('limits', () => {
  it('asvs 7.3.1 401 after two idle hours', async () => {
    const idle = await server.logIn('idle@example.test');
    await server.passTime(idle.userId, '2 hours');

    expect(await server.statusOfSession(idle.token)).toBe(401);
  });

  it('asvs 7.3.2 401 past the lifetime, however active', async () => {
    const old = await server.logIn('old@example.test');
    await server.sql(
      `update sessions set expires_at = now() - interval '1 ms', idle_until = now() + interval '1 hour' where user_id = $1`,
      [old.userId],
    );

    expect(await server.statusOfSession(old.token)).toBe(401);
  });

  it('asvs 7.2.1 a row deleted by hand ends the session with the next request, with an event of cause direct', async () => {
    const alice = await server.logIn('direct@example.test');
    await server.sql('delete from sessions where user_id = $1', [alice.userId]);

    expect(await server.statusOfSession(alice.token)).toBe(401);
    expect(await server.causes(alice.userId)).toEqual(['direct']);
  });

  it('401 for sessions started up to the moment an application was logged out', async () => {
    const before = await server.logIn('outside@example.test');
    const [application] = await server.sql<{ id: string }>(
      'update applications set sessions_valid_after = now() returning id',
    );

    const after = await server.logInAs({ login: 'outside@example.test', password: PASSWORD });

    expect(await Promise.all([before, after].map(({ token }) => server.statusOfSession(token)))).toEqual([401, 200]);
    await server.sql(`update applications set sessions_valid_after = '-infinity' where id = $1`, [application!.id]);
  });
});

describe('POST /auth/rotate', () => {
  it('200 with a new token of the same session; the old one is dead', async () => {
    const before = await server.logIn('rotate@example.test');

    const { token } = (await server.post('/api/v1/auth/rotate', bearer(before.token))).json<{ token: string }>();

    expect(await Promise.all([before.token, token].map((each) => server.statusOfSession(each)))).toEqual([401, 200]);
    expect((await server.get(SESSION, bearer(token))).json()).toMatchObject({ session: { id: before.sessionId } });
  });

  it('bad R6 one of two racing rotations wins', async () => {
    const before = await server.logIn('race@example.test');

    const answers = await Promise.all([1, 2].map(() => server.post('/api/v1/auth/rotate', bearer(before.token))));

    expect(answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([200, 401]);
  });
});

describe('POST /auth/password', () => {
  const change = (token: string, currentPassword: string, newPassword: string) =>
    server.post('/api/v1/auth/password', both(bearer(token), json({ currentPassword, newPassword })));

  it('asvs 6.2.2 7.4.3 200, the other sessions end, this one gets a new token, and the new password counts', async () => {
    const [here, there] = [await server.logIn('change@example.test'), await server.logIn('change@example.test')];

    const answer = await change(here.token, PASSWORD, 'seven silent owls at midnight');

    const { token } = answer.json<{ token: string }>();
    expect(await Promise.all([here.token, there.token, token].map((each) => server.statusOfSession(each)))).toEqual([
      401, 401, 200,
    ]);
    expect(await server.causes(here.userId)).toEqual(['password_changed']);
    await expect(server.logInAs({ login: 'change@example.test', password: PASSWORD })).rejects.toThrow(
      'CREDENTIALS_REJECTED',
    );
    await expect(
      server.logInAs({ login: 'change@example.test', password: 'seven silent owls at midnight' }),
    ).resolves.toBeDefined();
  });

  it('asvs 6.2.3 7.5.1 403 for a wrong current password, and nothing changes', async () => {
    const [here, there] = [await server.logIn('unchanged@example.test'), await server.logIn('unchanged@example.test')];

    const answer = await change(here.token, 'not the password at all', 'seven silent owls at midnight');

    expect(answer.json()).toMatchObject({ status: 403, code: 'PASSWORD_REJECTED' });
    expect(await Promise.all([here, there].map(({ token }) => server.statusOfSession(token)))).toEqual([200, 200]);
  });

  it.each([
    ['short', 'seven77', 'must have at least 8 characters'],
    ['common', 'Password123', 'is one of the most common passwords'],
    ['made of the user name', 'weak@example.test1', 'is made of the user name'],
  ])('asvs 6.2.4 400 naming the reason for a %s one', async (_, newPassword, reason) => {
    const here = await server.logIn('weak@example.test');

    const answer = await change(here.token, PASSWORD, newPassword);

    expect(answer.json()).toMatchObject({
      status: 400,
      code: 'VALIDATION_FAILED',
      errors: [{ field: 'newPassword', message: expect.stringContaining(reason) as string }],
    });
  });
});

describe('touching', () => {
  it('moves the idle limit with use, and never the lifetime', async () => {
    const alice = await server.logIn('touch@example.test');
    await server.passTime(alice.userId, '30 minutes');

    await server.statusOfSession(alice.token);

    await expect
      .poll(() =>
        server.sql(
          `select last_seen_at > now() - interval '10 s' as seen, round(extract(epoch from idle_until - now()) / 60) as idle, round(extract(epoch from expires_at - now()) / 60) as life from sessions where user_id = $1`,
          [alice.userId],
        ),
      )
      .toEqual([{ seen: true, idle: '60', life: '1410' }]);
  });

  it('P4 revives nothing: a touch that comes after the end finds no row', async () => {
    const alice = await server.logIn('lazarus@example.test');
    await server.passTime(alice.userId, '30 minutes');

    await server.statusOfSession(alice.token);
    await server.post(LOGOUT, bearer(alice.token));
    await new Promise((resolve) => setTimeout(resolve, 700));

    expect(await server.sql('select from sessions where user_id = $1', [alice.userId])).toEqual([]);
  });
});
