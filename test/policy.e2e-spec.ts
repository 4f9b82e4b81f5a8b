import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { METRICS } from '../src/metrics/metrics.js';
import { bearer, both, json, PASSWORD, TestServer } from './server.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());
afterEach(() =>
  server.sql(
    `update applications set session_limit = null, at_session_limit = 'end_oldest', session_lifetime = null, session_idle = null`,
  ),
);

const tryToLogIn = (login: string) => server.post('/api/v1/auth/login', json({ login, password: PASSWORD }));
const limit = (count: number, at: 'refuse' | 'end_oldest') =>
  server.sql('update applications set session_limit = $1, at_session_limit = $2', [count, at]);

describe('asvs 2.3.2 7.1.2 parallel sessions', () => {
  it('unlimited: all live', async () => {
    await server.signUp('unlimited@example.test');

    const logins = await Promise.all([1, 2, 3, 4].map(() => server.logIn('unlimited@example.test')));

    expect(await Promise.all(logins.map(({ token }) => server.statusOfSession(token)))).toEqual([200, 200, 200, 200]);
  });

  it('at most two, ending the oldest', async () => {
    await server.signUp('oldest@example.test');
    await limit(2, 'end_oldest');

    const logins = [];
    for (let count = 0; count < 4; count++) logins.push(await server.logIn('oldest@example.test'));

    expect(await Promise.all(logins.map(({ token }) => server.statusOfSession(token)))).toEqual([401, 401, 200, 200]);
    expect(await server.causes(logins[0]!.userId)).toEqual(['replaced', 'replaced']);
  });

  it('at most two, refusing: 409, and the first two live', async () => {
    await server.signUp('refuse@example.test');
    await limit(2, 'refuse');
    const logins = [await server.logIn('refuse@example.test'), await server.logIn('refuse@example.test')];

    const third = await tryToLogIn('refuse@example.test');

    expect(third.json()).toMatchObject({ status: 409, code: 'SESSION_LIMIT_REACHED' });
    expect(await Promise.all(logins.map(({ token }) => server.statusOfSession(token)))).toEqual([200, 200]);
  });

  it('a dead session takes no place', async () => {
    const first = await server.logIn('place@example.test');
    await limit(1, 'refuse');
    await server.passTime(first.userId, '2 hours');

    expect((await tryToLogIn('place@example.test')).statusCode).toBe(200);
  });

  it('nor does one that was logged out with its application', async () => {
    await server.logIn('outside@example.test');
    await limit(1, 'refuse');
    await server.sql('update applications set sessions_valid_after = now()');

    expect((await tryToLogIn('outside@example.test')).statusCode).toBe(200);
    await server.sql(`update applications set sessions_valid_after = '-infinity'`);
  });

  it('asvs 2.3.4 bad R9 newest wins: of twenty simultaneous logins exactly one token lives', async () => {
    await server.signUp('newest@example.test');
    await limit(1, 'end_oldest');

    const logins = await Promise.all(Array.from({ length: 20 }, () => server.logIn('newest@example.test')));

    const statuses = await Promise.all(logins.map(({ token }) => server.statusOfSession(token)));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  });

  it('first wins: of ten simultaneous logins exactly one is answered with a session', async () => {
    await server.signUp('first@example.test');
    await limit(1, 'refuse');

    const answers = await Promise.all(Array.from({ length: 10 }, () => tryToLogIn('first@example.test')));

    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
    expect(answers.filter(({ statusCode }) => statusCode === 409)).toHaveLength(9);
  });
});

it('an ending that was rolled back is not counted: a refused login leaves the session it presented alone', async () => {
  const first = await server.logIn('rolledback@example.test');
  const second = await server.logIn('rolledback@example.test');
  await limit(1, 'refuse');
  const replaced = async () =>
    (await METRICS.sessionsEnded.get()).values.find(({ labels }) => labels['cause'] === 'replaced')?.value ?? 0;
  const before = await replaced();

  const refused = await server.post(
    '/api/v1/auth/login',
    both(bearer(first.token), json({ login: 'rolledback@example.test', password: PASSWORD })),
  );

  expect([
    refused.statusCode,
    await server.statusOfSession(first.token),
    await server.statusOfSession(second.token),
    await replaced(),
  ]).toEqual([409, 200, 200, before]);
});

it('an application’s own limits of time count from the next login', async () => {
  await server.sql('update applications set session_lifetime = 120, session_idle = 60');
  const { userId } = await server.logIn('short@example.test');

  const [row] = await server.sql(
    'select extract(epoch from expires_at - created_at)::int as life, extract(epoch from idle_until - last_seen_at)::int as idle from sessions where user_id = $1',
    [userId],
  );

  expect(row).toEqual({ life: 120, idle: 60 });
});

it('a disabled application lets nobody in, and none of its sessions lives', async () => {
  const { token } = await server.logIn('closed@example.test');
  await server.sql(`update applications set status = 'disabled'`);

  const [status, login] = [await server.statusOfSession(token), await tryToLogIn('closed@example.test')];

  expect([status, login.statusCode]).toEqual([401, 400]);
  await server.sql(`update applications set status = 'active'`);
});
