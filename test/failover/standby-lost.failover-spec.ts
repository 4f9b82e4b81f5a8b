import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectionOptions } from '../../src/database/postgres.options.js';
import { PrimaryClient } from '../../src/database/primary-client.js';
import { Load, type Answered } from './load.js';
import { ReplicatedStore, USERS } from './replicated-store.js';
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

/** As an operator may do who sees that nothing moves. */
async function cancelWaiting(atLeast = 1): Promise<void> {
  const pids = await vi.waitUntil(() => waiting().then((found) => found.length >= atLeast && found), {
    timeout: 10_000,
    interval: 20,
  });
  await store.first.sql('select pg_cancel_backend(pid) from unnest($1::int[]) as pid', [pids]);
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

  it.each<[string, (token: string) => Promise<Answered>]>([
    ['a logout, in autocommit', (token) => load.logOut(0, token)],
    ['a login', () => load.logIn(0, 2)],
    ['a change of password, in a transaction', (token) => load.changePassword(0, token)],
  ])('P1 P3 %s whose wait an operator cancels is 503, though the primary calls it done', async (_, act) => {
    const token = await logIn(USERS);
    await store.second.pause();

    const asked = act(token);
    await cancelWaiting();
    const answer = await asked;
    await store.second.goOn();
    await servedByAll();

    expect(answer.status).toBe(503);
  });

  it('P1 P3 the driver refuses such a commit as unknown, for whoever waits by promise or by callback', async () => {
    const client = () => new PrimaryClient({ ...connectionOptions(store.url), query_timeout: 60_000 });
    const [one, other] = [client(), client()];
    await Promise.all([one.connect(), other.connect()]);
    await store.second.pause();

    const written = (name: string) => `create table doubtful_${name} ()`;
    const refusals = Promise.all([
      one.query(written('promise')).catch((error: Error) => error),
      new Promise((resolve) => other.query(written('callback'), (error: Error) => resolve(error))),
    ]);
    await cancelWaiting(2);
    const codes = (await refusals).map((error) => (error as { code?: string }).code);
    const [done] = await store.first.sql(`select to_regclass('doubtful_promise') is not null as "isThere"`);
    await store.second.goOn();

    expect([codes, done]).toEqual([['08007', '08007'], { isThere: true }]);
    await expect(one.query('select')).rejects.toMatchObject({ code: '08007' });
  });

  it.each([
    ['a logout', 5, 'this'],
    ['a logout everywhere', 6, 'all'],
    ['a logout of the others, whose own session has ended,', 7, 'others'],
  ])('P1 %s that is repeated after that is 503 as well, until the standby has it', async (_, user, scope) => {
    const token = await logIn(user);
    await store.second.pause();
    const first = load.logOut(0, token, scope === 'others' ? 'this' : scope);
    // Others wait as well: until it is this one that was cut short.
    await vi.waitUntil(() => cancelWaiting().then(async () => (await load.check(1, token)).status === 401), {
      timeout: 10_000,
    });
    await first;

    const repeated = await load.logOut(1, token, scope);
    await store.second.goOn();
    await servedByAll();
    const last = await load.logOut(2, token, scope);

    expect([repeated.status, last.status]).toEqual([503, 204]);
  });

  it('P3 for six seconds under load: nothing is acknowledged, checks go on, and service resumes', async () => {
    const crowd = new Load(store.nodes);
    const token = await logIn(4);
    crowd.begin();
    await crowd.goesOn(20);
    await store.second.pause();
    const pausedAt = performance.now();
    const [checks, ready]: [number[], number[]] = [[], []];
    while (performance.now() - pausedAt < 6_000) {
      const node = checks.length % store.nodes.length;
      checks.push((await load.check(node, token)).status);
      ready.push((await fetch(`${store.nodes[node]!.origin}/health/ready`)).status);
      await pause(50);
    }
    const acknowledged = crowd.services.filter(({ kind, from }) => kind !== 'check' && from > pausedAt);
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
    expect([new Set(checks), new Set(ready)]).toEqual([new Set([200]), new Set([200])]);
    expect([crowd.latches.violations, crowd.odd]).toEqual([[], []]);
    expect(crowd.slowestAfter(resumedAt)).toBeLessThan(12_000);
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
