import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { Store, type Run } from '../src/database/store.js';
import { SessionSweeper } from '../src/session/session-sweeper.js';
import { bearer, TestServer, type LoggedIn, holdSweepers } from './server.js';

let server: TestServer;
let other: Awaited<ReturnType<typeof TestServer.node>>;
beforeAll(async () => {
  holdSweepers();
  server = await TestServer.start();
  other = await TestServer.node(server.databaseUrl);
});
afterAll(async () => {
  await other.app.close();
  await server.stop();
});

/** More sessions of someone who is logged in, past their lifetime. */
const expire = (userId: string, count: number) =>
  server.sql(
    `insert into sessions (user_id, id, application_id, contract, secret_hash, idle_until, expires_at)
     select user_id, gen_random_uuid(), application_id, contract, sha256(n::text::bytea), now() + interval '1 h', now() - interval '1 s'
     from sessions, generate_series(1, $2::integer) n where user_id = $1`,
    [userId, count],
  );
const countOf = async (userId: string) =>
  (await server.sql<{ count: number }>('select count(*)::int from sessions where user_id = $1', [userId]))[0]!.count;

/** How long the statements of this node's transactions take from now on, all together. */
function statementTime(): () => number {
  let ms = 0;
  const store = server.app.get(Store);
  const transaction = store.transaction.bind(store);
  const spy = vi.spyOn(store, 'transaction').mockImplementation((work) =>
    transaction(({ run, manager }) => {
      const timed = async (...asked: Parameters<Run>) => {
        const startedAt = performance.now();
        return run(...asked).finally(() => (ms += performance.now() - startedAt));
      };
      return work({ manager, run: Object.assign(timed, { afterCommit: (note: () => void) => run.afterCommit(note) }) });
    }),
  );
  onTestFinished(() => spy.mockRestore());
  return () => ms;
}

const sweep = () => server.app.get(SessionSweeper).sweep();

it('asvs 14.2.4 14.2.7 takes what is past its lifetime, idle, or logged out with its application, each with its cause, and nothing that lives', async () => {
  const [expired, idle, outside, alive] = (await Promise.all(
    ['expired', 'idle', 'outside', 'alive'].map((name) => server.logIn(`${name}@example.test`)),
  )) as [LoggedIn, LoggedIn, LoggedIn, LoggedIn];
  await server.sql(`update sessions set expires_at = now() - interval '1 s' where id = $1`, [expired.sessionId]);
  await server.sql(`update sessions set idle_until = now() - interval '1 s' where id = $1`, [idle.sessionId]);
  await server.sql(`update applications set sessions_valid_after = now() - interval '1 hour'`);
  await server.sql(`update sessions set created_at = now() - interval '2 hours' where id = $1`, [outside.sessionId]);

  const removed = await sweep();

  expect(removed).toBe(3);
  expect(await Promise.all([expired, idle, outside, alive].map(({ userId }) => server.causes(userId)))).toEqual([
    ['expired'],
    ['idle'],
    ['application_logout'],
    [],
  ]);
  expect(await server.statusOfSession(alive.token)).toBe(200);
});

it('walks through more than a slice, in batches, and two nodes at once take each row once', async () => {
  const { userId } = await server.logIn('many@example.test');
  await server.sql(
    `insert into sessions (user_id, id, application_id, contract, secret_hash, idle_until, expires_at)
     select user_id, gen_random_uuid(), application_id, contract, sha256(n::text::bytea), now() + case when n % 2 = 0 then interval '-1 s' else interval '1 h' end,
            now() + case when n % 3 = 0 then interval '-1 s' else interval '1 h' end
     from sessions, generate_series(1, 12000) n where user_id = $1`,
    [userId],
  );

  const removed = await Promise.all([sweep(), other.app.get(SessionSweeper).sweep()]);
  const rest = await sweep();

  expect(removed[0] + removed[1] + rest).toBe(8000);
  expect(
    (
      await server.sql(`select count(*)::int from session_events where user_id = $1 and type = 'session.ended'`, [
        userId,
      ])
    )[0],
  ).toEqual({
    count: 8000,
  });
  expect((await server.sql('select count(*)::int from sessions where user_id = $1', [userId]))[0]).toEqual({
    count: 4001,
  });
});

it('keeps to a fifth of the time, however many rows there are', async () => {
  const { userId } = await server.logIn('paced@example.test');
  await expire(userId, 3_000);
  const busyMs = statementTime();
  const startedAt = performance.now();

  const removed = await sweep();

  const share = busyMs() / (performance.now() - startedAt);
  expect(removed).toBe(3_000);
  expect(share).toBeGreaterThan(0);
  // The last batch is not paid for any more.
  expect(share).toBeLessThan(0.25);
});

it('finds what somebody held on to while it passed, and tells for how long that has been waiting', async () => {
  const { userId } = await server.logIn('held@example.test');
  await expire(userId, 2);
  await server.sql(
    `update sessions set expires_at = now() - interval '1 hour' where (user_id, id) in
    (select user_id, id from sessions where user_id = $1 and expires_at <= now() limit 1)`,
    [userId],
  );
  await server.sql('begin');
  await server.sql(`select from sessions where user_id = $1 and expires_at < now() - interval '30 min' for update`, [
    userId,
  ]);
  await sweep();
  await server.sql('rollback');

  const lag = await server.get('/metrics', bearer((await server.logInAdmin()).token));
  await sweep();

  expect(Number(/^curfew_sweeper_lag_seconds (\S+)$/m.exec(lag.body)?.[1])).toBeGreaterThan(3_500);
  expect(await server.causes(userId)).toEqual(['expired', 'expired']);
});

it('ends between two batches when its node does, and leaves the rest to others', async () => {
  const { userId } = await server.logIn('stopped@example.test');
  await expire(userId, 12_000);
  const leaving = await TestServer.node(server.databaseUrl);
  const sweeping = leaving.app.get(SessionSweeper).sweep();
  while ((await countOf(userId)) === 12_001) await pause(5);

  await leaving.app.close();

  const removed = await sweeping;
  expect(removed).toBeLessThan(12_000);
  expect(await countOf(userId)).toBe(12_001 - removed);
  expect(removed + (await sweep())).toBe(12_000);
}, 60_000);

it('begins again at what it took where that was rolled back', async () => {
  const { userId } = await server.logIn('rolled-back@example.test');
  await expire(userId, 3);
  const store = server.app.get(Store);
  const transaction = store.transaction.bind(store);
  const failing = vi.spyOn(store, 'transaction').mockImplementationOnce((work) =>
    transaction(async (given) => {
      await work(given);
      throw new Error('the connection was lost');
    }),
  );
  onTestFinished(() => failing.mockRestore());
  await expect(sweep()).rejects.toThrow('the connection was lost');

  await sweep();

  expect(await server.causes(userId)).toEqual(['expired', 'expired', 'expired']);
});
