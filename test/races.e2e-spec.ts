import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SessionSweeper } from '../src/session/session-sweeper.js';
import { DatabaseProxy } from './database-proxy.js';
import { NodeProcess } from './node-process.js';
import { bearer, both, json, PASSWORD, TestServer, type LoggedIn } from './server.js';

let server: TestServer;
let other: Awaited<ReturnType<typeof TestServer.node>>['app'];
beforeAll(async () => {
  server = await TestServer.start();
  other = (await TestServer.node(server.databaseUrl)).app;
});
afterAll(async () => {
  await other.close();
  await server.stop();
});

const ROUNDS = Array.from({ length: 15 }, (_, round) => round);
const NEXT_PASSWORD = 'seven silent owls at midnight';
const logOut = (token: string, scope = 'this') =>
  server.post('/api/v1/auth/logout', both(bearer(token), json({ scope })));
const tryToLogIn = (login: string, password = PASSWORD) => server.post('/api/v1/auth/login', json({ login, password }));
const statusOnOther = async (token: string) =>
  (await other.inject({ url: '/api/v1/auth/session', ...bearer(token) })).statusCode;
const crowd = (count: number, login: string): Promise<LoggedIn[]> =>
  Promise.all(Array.from({ length: count }, () => server.logIn(login)));
/** What twenty checks in a row on the other node are answered. */
async function watch(token: string): Promise<number[]> {
  const seen: number[] = [];
  while (seen.length < 20) seen.push(await statusOnOther(token));
  return seen;
}
const tokenOf = (answer: { statusCode: number; json(): { token: string } }) =>
  answer.statusCode === 200 ? answer.json().token : undefined;

it('P1 from the moment a logout on one node is answered, no node says 200', async () => {
  const logins: LoggedIn[] = await Promise.all(ROUNDS.map(() => server.logIn('nodes@example.test')));

  const statuses = await Promise.all(
    logins.map(async ({ token }) => {
      const before = await statusOnOther(token);
      await logOut(token);
      return [before, await statusOnOther(token), await server.statusOfSession(token)];
    }),
  );

  expect(statuses).toEqual(ROUNDS.map(() => [200, 401, 401]));
});

it('bad R1 P7 once a check racing a logout was answered 401, no later one is answered 200', async () => {
  for (const _ of ROUNDS) {
    const { token } = await server.logIn('race@example.test');

    const [seen] = await Promise.all([watch(token), logOut(token)]);

    expect(seen.indexOf(200, Math.max(seen.indexOf(401), 0))).toBe(seen.includes(401) ? -1 : 0);
    expect(await statusOnOther(token)).toBe(401);
  }
});

it('bad R3 P5 a log-out-everywhere racing logins kills all that were answered before it, and none begun after it', async () => {
  for (const _ of ROUNDS) {
    const [before, ender] = [
      await server.logIn('everywhere@example.test'),
      await server.logIn('everywhere@example.test'),
    ];

    const [during] = await Promise.all([tryToLogIn('everywhere@example.test'), logOut(ender.token, 'all')]);
    const after = await server.logIn('everywhere@example.test');

    expect(await Promise.all([before, ender, after].map(({ token }) => statusOnOther(token)))).toEqual([401, 401, 200]);
    expect(during.statusCode).toBe(200);
  }
});

it('bad R4 P5 a log-out-everywhere racing a rotation leaves neither token alive', async () => {
  for (const _ of ROUNDS) {
    const [rotating, ender] = [
      await server.logIn('rotating@example.test'),
      await server.logIn('rotating@example.test'),
    ];

    const [rotated] = await Promise.all([
      server.post('/api/v1/auth/rotate', bearer(rotating.token)),
      logOut(ender.token, 'all'),
    ]);

    const tokens = [rotating.token, ender.token, tokenOf(rotated)].filter((token) => token !== undefined);
    expect(await Promise.all(tokens.map(statusOnOther))).toEqual(tokens.map(() => 401));
  }
});

it('bad R7 P5 asvs 15.4.2 no session made with the old password outlives its change', async () => {
  for (const round of ROUNDS) {
    const login = `changing${round}@example.test`;
    const { token } = await server.logIn(login);
    const change = server.post(
      '/api/v1/auth/password',
      both(bearer(token), json({ currentPassword: PASSWORD, newPassword: NEXT_PASSWORD })),
    );

    const [changed, ...logins] = await Promise.all([change, tryToLogIn(login), tryToLogIn(login), tryToLogIn(login)]);

    const old = logins.map(tokenOf).filter((each) => each !== undefined);
    expect(await Promise.all(old.map(statusOnOther))).toEqual(old.map(() => 401));
    expect(await statusOnOther(tokenOf(changed)!)).toBe(200);
    expect((await tryToLogIn(login)).statusCode).toBe(401);
  }
});

it('bad R8 P5 no session of a user outlives their disabling', async () => {
  const admin = bearer((await server.logInAdmin()).token);
  for (const round of ROUNDS) {
    const login = `disabling${round}@example.test`;
    const { token, userId } = await server.logIn(login);

    const [disabled, ...logins] = await Promise.all([
      server.patch(`/api/v1/admin/users/${userId}`, both(admin, json({ status: 'disabled' }))),
      tryToLogIn(login),
      tryToLogIn(login),
    ]);

    const tokens = [token, ...logins.map(tokenOf)].filter((each) => each !== undefined);
    expect(disabled.statusCode).toBe(200);
    expect(await Promise.all(tokens.map(statusOnOther))).toEqual(tokens.map(() => 401));
    expect(await server.sql('select from sessions where user_id = $1', [userId])).toEqual([]);
  }
});

it('bad R2 a batch of touches racing a batch of logouts deadlocks nobody and revives nobody', async () => {
  const logins = await crowd(60, 'crowd@example.test');
  await server.passTime(logins[0]!.userId, '10 minutes');

  const answers = await Promise.all([
    ...logins.map(({ token }) => statusOnOther(token)),
    ...logins.toReversed().map(async ({ token }) => (await logOut(token)).statusCode),
  ]);
  await new Promise((resolve) => setTimeout(resolve, 700));

  expect(answers.every((status) => [200, 204, 401].includes(status))).toBe(true);
  expect(await server.sql('select from sessions where user_id = $1', [logins[0]!.userId])).toEqual([]);
});

it('a user’s rows are locked in one order: ends of single sessions and of all of them wait for each other at most', async () => {
  for (const _ of ROUNDS.slice(0, 5)) {
    const logins = await crowd(12, 'order@example.test');

    const answers = await Promise.all([
      ...logins.slice(1).map(({ token }) => logOut(token)),
      logOut(logins[0]!.token, 'all'),
      server.post('/api/v1/auth/rotate', bearer(logins[5]!.token)),
    ]);

    expect(answers.map(({ statusCode }) => statusCode).filter((status) => ![200, 204, 401].includes(status))).toEqual(
      [],
    );
  }
});

it('bad R10 sweepers racing touches take what is past its limit, once, and nothing that lives', async () => {
  const logins: LoggedIn[] = [];
  while (logins.length < 40) logins.push(await server.logIn('swept@example.test'));
  const { userId } = logins[0]!;
  await server.passTime(userId, '10 minutes');
  const [idle, alive] = [logins.slice(0, 20), logins.slice(20)];
  await server.sql(`update sessions set idle_until = now() - interval '1 ms' where id = any($1)`, [
    idle.map(({ sessionId }) => sessionId),
  ]);

  const [statuses] = await Promise.all([
    Promise.all(logins.map(({ token }) => statusOnOther(token))),
    server.app.get(SessionSweeper).sweep(),
    other.get(SessionSweeper).sweep(),
  ]);
  await new Promise((resolve) => setTimeout(resolve, 700));

  expect(statuses).toEqual([...idle.map(() => 401), ...alive.map(() => 200)]);
  expect(await server.causes(userId)).toEqual(idle.map(() => 'idle'));
  expect(await Promise.all(logins.map(({ token }) => statusOnOther(token)))).toEqual(statuses);
});

describe('bad R12 a node that dies between the commit and the answer', () => {
  let folder: string;
  let way: DatabaseProxy;
  let node: NodeProcess;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'curfew-races-'));
    way = await DatabaseProxy.start(server.databaseUrl);
    node = await NodeProcess.boot({ DATABASE_URL: way.url, LOG_LEVEL: 'silent' }, folder);
    await node.ready();
  });
  afterEach(async () => {
    NodeProcess.killAll();
    way.stop();
    await rm(folder, { recursive: true });
  });

  const waiting = async () => (await server.sql('select from pg_locks where not granted')).length;
  const left = async (sessionId: string) =>
    (await server.sql('select from sessions where id = $1', [sessionId])).length;

  /** Logs out, and kills the node once the store has committed and the node does not know it. */
  async function dieAfterCommit({ token, sessionId }: LoggedIn): Promise<string> {
    await server.sql('begin');
    await server.sql('select from sessions where id = $1 for update', [sessionId]);
    const answer = fetch(`${node.origin}/api/v1/auth/logout`, {
      method: 'POST',
      ...(bearer(token) as RequestInit),
    }).then(
      ({ status }) => String(status),
      () => 'none',
    );
    await expect.poll(waiting, { timeout: 5_000, interval: 20 }).toBeGreaterThan(0);
    way.holdBack(() => Infinity);
    await server.sql('commit');
    await expect.poll(() => left(sessionId), { timeout: 5_000, interval: 20 }).toBe(0);
    node.child.kill('SIGKILL');
    return answer;
  }

  it('a logout is done: the token is dead everywhere, with one event, and repeating it is success', async () => {
    const crashed = await server.logIn('crashed@example.test');
    const { token, userId } = crashed;

    const answer = await dieAfterCommit(crashed);

    expect([answer, await server.statusOfSession(token), await statusOnOther(token)]).toEqual(['none', 401, 401]);
    expect((await logOut(token)).statusCode).toBe(204);
    expect(await server.causes(userId)).toEqual(['logout']);
  });
});
