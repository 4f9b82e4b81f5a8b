import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Load } from './load.js';
import { ReplicatedStore } from './replicated-store.js';
import { servedAgain } from './service.js';

let store: ReplicatedStore;
let load: Load;
beforeAll(async () => {
  store = await ReplicatedStore.start();
  await store.bootNodes();
  load = new Load(store.nodes);
});
afterAll(() => store.stop());

/** Back ends whose commit waits for the standby, for at least so long. */
async function waiting(forMs = 0): Promise<number[]> {
  const rows = await store.first.sql<{ pid: number }>(
    `select pid from pg_stat_activity where wait_event = 'SyncRep' and application_name = 'curfew'
     and query_start < clock_timestamp() - make_interval(secs => $1 / 1000.0)`,
    [forMs],
  );
  return rows.map(({ pid }) => pid);
}

const logIn = async (user: number): Promise<string> => (await load.logIn(0, user)).token!;

describe('the standby is paused, and the primary waits for it', () => {
  it('P1 P3 logins and logouts are 503 within their limit, and checks are answered', async () => {
    const token = await logIn(0);
    await store.second.pause();

    const asked = Promise.all([load.logIn(0, 1), load.logOut(1, token)]);
    const checked = await load.check(2, token);
    const answers = await asked;
    // The time limit of statements (1.5 s) does not cut the wait: it would make the commit look done.
    const stillWaiting = await waiting(1_800);
    const meanwhile = await load.check(1, token);
    await store.second.goOn();
    await servedByAll();

    expect(answers.map(({ status, from, until }) => [status, until - from < 3_000])).toEqual([
      [503, true],
      [503, true],
    ]);
    expect([checked.status, meanwhile.status]).toEqual([200, 200]);
    expect(stillWaiting.length).toBeGreaterThanOrEqual(2);
    // What was not answered may have happened: the standby has it now, and so has everyone.
    await vi.waitUntil(async () => (await load.check(0, token)).status === 401, { timeout: 5_000 });
  });

  it.each([
    ['a logout, in autocommit', async (token: string) => load.logOut(0, token)],
    ['a login', async () => load.logIn(0, 2)],
    ['a change of password, in a transaction', async (token: string) => load.changePassword(0, token)],
  ])('P1 P3 %s whose wait an operator cancels is 503, though the primary calls it done', async (_, act) => {
    const token = await logIn(3);
    await store.second.pause();

    const asked = act(token);
    const pids = await vi.waitUntil(() => waiting().then((found) => found.length > 0 && found), { interval: 20 });
    await store.first.sql('select pg_cancel_backend(pid) from unnest($1::int[]) as pid', [pids]);
    const answer = await asked;
    await store.second.goOn();
    await servedByAll();

    expect([answer.status, answer.until - answer.from < 1_500]).toEqual([503, true]);
  });

  it('P1 a logout that is repeated after that is 503 as well, until the standby has it', async () => {
    const token = await logIn(5);
    await store.second.pause();
    const first = load.logOut(0, token);
    const pids = await vi.waitUntil(() => waiting().then((found) => found.length > 0 && found), { interval: 20 });
    await store.first.sql('select pg_cancel_backend(pid) from unnest($1::int[]) as pid', [pids]);
    await first;

    const [gone, repeated] = [await load.check(1, token), await load.logOut(1, token)];
    await store.second.goOn();
    await servedByAll();
    const last = await load.logOut(2, token);

    expect([gone.status, repeated.status, last.status]).toEqual([401, 503, 204]);
  });

  it('P3 for six seconds under load: nothing is acknowledged, checks go on, and service resumes', async () => {
    const crowd = new Load(store.nodes);
    const token = await logIn(4);
    crowd.begin();
    await crowd.goesOn(20);
    await store.second.pause();
    await pause(500);
    const pausedAt = performance.now();
    const checks: number[] = [];
    while (performance.now() - pausedAt < 6_000) {
      checks.push((await load.check(checks.length % 3, token)).status);
      await pause(50);
    }
    const acknowledged = crowd.services.filter(({ kind, at }) => kind !== 'check' && at > pausedAt);
    const [row] = await store.first.sql<{ held: number }>(
      `select count(*)::int as held from pg_stat_activity where application_name like 'curfew%'`,
    );
    const resumedAt = performance.now();
    await store.second.goOn();
    await servedAgain(crowd, resumedAt);
    await crowd.end();
    await crowd.review();

    console.log(
      `standby paused: ${checks.length} checks, ${row!.held} connections held after 6 s, service after ${Math.round(crowd.slowestAfter(resumedAt))} ms`,
    );
    expect(acknowledged).toEqual([]);
    expect(new Set(checks)).toEqual(new Set([200]));
    expect([crowd.latches.violations, crowd.odd]).toEqual([[], []]);
    expect(crowd.slowestAfter(resumedAt)).toBeLessThan(5_000);
  });
});

/** Every node logs in and out again. */
async function servedByAll(): Promise<void> {
  const serves = async (node: number): Promise<void> => {
    const token = await vi.waitUntil(async () => (await load.logIn(node, 50 + node)).token, { timeout: 10_000 });
    await vi.waitUntil(async () => (await load.logOut(node, token)).status === 204, { timeout: 10_000 });
  };
  await Promise.all(store.nodes.map((_, node) => serves(node)));
}
