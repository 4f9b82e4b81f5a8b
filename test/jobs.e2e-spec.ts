import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { JobPruner } from '../src/job/job-pruner.js';
import { JobWorker } from '../src/job/job-worker.js';
import { countFrom, dryRun, endFiltered, endingsFrom, makeCrowd, REASON } from './crowd.js';
import { HttpDoor } from './http-door.js';
import { NodeProcess } from './node-process.js';
import { ADMIN, bearer, both, holdSweepers, json, keep, TestServer, type LoggedIn } from './server.js';
import type { WireAnswer } from './wires.js';

vi.setConfig({ testTimeout: 240_000 });

const PATIENCE = { timeout: 150_000, interval: 25 };

let folder: string;
let server: TestServer;
let other: Awaited<ReturnType<typeof TestServer.node>>['app'];
let admin: LoggedIn;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'curfew-jobs-'));
  holdSweepers();
  // These nodes work when they accept a job, or when a test says so: never by themselves.
  vi.spyOn(JobWorker.prototype, 'onApplicationBootstrap').mockImplementation(() => {});
  server = await TestServer.start();
  other = (await TestServer.node(server.databaseUrl)).app;
});
afterAll(async () => {
  await other.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  admin = await server.logInAdmin();
});
afterEach(() => NodeProcess.killAll());

let addresses = 0;
const freshAddress = (): string => `203.0.113.${++addresses}`;
const idOf = (answer: WireAnswer): string => {
  if (answer.statusCode !== 202) throw new Error(`No job: ${answer.statusCode} ${answer.body}`);
  return answer.json<{ id: string }>().id;
};
interface Row {
  status: string;
  done: number;
  total: number;
}
const rowOf = async (id: string): Promise<Row> =>
  (
    await server.sql<Row & Record<string, unknown>>('select status, done::int, total::int from jobs where id = $1', [
      id,
    ])
  )[0]!;
const stateOnceDone = async (id: string): Promise<Row> => {
  await vi.waitUntil(async () => (await rowOf(id)).status !== 'running', PATIENCE);
  return rowOf(id);
};
const hasBegun = (id: string, least = 1) => vi.waitUntil(async () => (await rowOf(id)).done >= least, PATIENCE);
const wake = (app = server.app): void => app.get(JobWorker).wake();

interface Node {
  process: NodeProcess;
  door: HttpDoor;
  token: string;
}
async function boot(): Promise<Node> {
  const process = await NodeProcess.boot({ DATABASE_URL: server.databaseUrl }, folder);
  await process.ready();
  const door = new HttpDoor(process.origin);
  const { token } = (await door.post('/api/v1/auth/login', json(ADMIN))).json<{ token: string }>();
  keep(token);
  return { process, door, token };
}

it('asvs 2.3.3 a node that accepted a job is killed in the middle of it: another goes on, each session has one event, and the count is right', async () => {
  const ip = freshAddress();
  const [first, second] = [await boot(), await boot()];
  await makeCrowd(server, { users: 1_000, each: 20, ip });

  const id = idOf(await endFiltered(first.door, first.token, { address: ip }));
  await hasBegun(id, 2_000);
  first.process.child.kill('SIGKILL');
  const atDeath = await rowOf(id);

  expect(await stateOnceDone(id)).toEqual({ status: 'done', done: 20_000, total: 20_000 });
  expect(atDeath.done).toBeLessThan(20_000);
  expect([await countFrom(server, ip), await endingsFrom(server, ip)]).toEqual([
    0,
    [{ cause: 'admin_filter', events: 20_000, sessions: 20_000 }],
  ]);
  const answer = await second.door.get(`/api/v1/admin/jobs/${id}`, bearer(second.token));
  expect(answer.json()).toMatchObject({ status: 'done', done: 20_000, secondsLeft: null, reason: REASON });
});

it('the database ends every connection again and again in the middle of it: nothing is counted twice, nothing is left', async () => {
  const ip = freshAddress();
  await makeCrowd(server, { users: 300, each: 20, ip });
  const node = await boot();

  const id = idOf(await endFiltered(node.door, node.token, { address: ip }));
  for (let time = 0; time < 5 && (await rowOf(id)).status === 'running'; time++) {
    await pause(150);
    await server.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
  }

  expect(await stateOnceDone(id)).toEqual({ status: 'done', done: 6_000, total: 6_000 });
  expect([await countFrom(server, ip), await endingsFrom(server, ip)]).toEqual([
    0,
    [{ cause: 'admin_filter', events: 6_000, sessions: 6_000 }],
  ]);
});

it('a stop holds from its answer on: what ended stays so, and the rest lives', async () => {
  const ip = freshAddress();
  await makeCrowd(server, { users: 200, each: 50, ip });
  const id = idOf(await endFiltered(server, admin.token, { address: ip }));
  await hasBegun(id);

  const answer = await server.post(`/api/v1/admin/jobs/${id}/stop`, bearer(admin.token));

  const left = await countFrom(server, ip);
  wake();
  wake(other);
  await pause(500);
  const { done } = answer.json<{ done: number }>();
  expect(answer.json()).toMatchObject({ status: 'stopped', total: 10_000, secondsLeft: null });
  expect([left, await countFrom(server, ip)]).toEqual([10_000 - done, 10_000 - done]);
  expect(await endingsFrom(server, ip)).toEqual([{ cause: 'admin_filter', events: done, sessions: done }]);
  const again = await server.post(`/api/v1/admin/jobs/${id}/stop`, bearer(admin.token));
  expect([again.statusCode, again.json()]).toMatchObject([200, { status: 'stopped', done }]);
});

it('two nodes at once, and two jobs that mean the same sessions: each session ends once, and is counted by one', async () => {
  const ip = freshAddress();
  await makeCrowd(server, { users: 200, each: 20, ip });
  const filters = [{ address: ip }, { address: ip, contract: 'native' }];
  const confirmations: string[] = [];
  for (const filter of filters)
    confirmations.push((await dryRun(server, admin.token, filter)).json<{ confirmation: string }>().confirmation);

  const answers = await Promise.all(
    filters.map((filter, at) =>
      (at === 0 ? server : (Object.create(server, { app: { value: other } }) as TestServer)).post(
        '/api/v1/admin/sessions/end',
        both(bearer(admin.token), json({ filter, confirmation: confirmations[at], reason: REASON })),
      ),
    ),
  );
  const ids = answers.map(idOf);
  // Whoever finds the other at work goes; on a node that is left alone the next second brings it back.
  await vi.waitUntil(async () => {
    wake();
    wake(other);
    return (await Promise.all(ids.map(rowOf))).every(({ status }) => status === 'done');
  }, PATIENCE);

  const done = (await Promise.all(ids.map(rowOf))).map((row) => row.done);
  expect(done.reduce((sum, each) => sum + each)).toBe(4_000);
  expect(Math.min(...done)).toBeGreaterThan(0);
  expect(await endingsFrom(server, ip)).toEqual([{ cause: 'admin_filter', events: 4_000, sessions: 4_000 }]);
});

it('P1 P5 logouts, rotations and logins race it: what was meant is dead, rotated or not, and who logs in meanwhile lives', async () => {
  const names = Array.from({ length: 8 }, (_, at) => `raced-${at}@example.test`);
  const before = (
    await Promise.all(names.map((name) => Promise.all([1, 2, 3, 4, 5].map(() => server.logIn(name)))))
  ).flat();
  await makeCrowd(server, { users: 100, each: 20, ip: '127.0.0.1' });
  const id = idOf(await endFiltered(server, admin.token, { address: '127.0.0.1' }));
  const rotate = async ({ token }: LoggedIn): Promise<[number, string]> => {
    const answer = await server.post('/api/v1/auth/rotate', bearer(token));
    return [answer.statusCode, answer.statusCode === 200 ? answer.json<{ token: string }>().token : token];
  };
  const logOut = async ({ token }: LoggedIn, scope?: string): Promise<number> =>
    (await server.post('/api/v1/auth/logout', both(bearer(token), scope ? json({ scope }) : {}))).statusCode;

  const rotations = Promise.all(before.filter((_, at) => at % 5 < 2).map(rotate));
  const logouts = Promise.all(before.filter((_, at) => at % 5 === 2).map((login) => logOut(login)));
  const everywhere = Promise.all(
    before.filter((_, at) => at % 5 === 3 && at < 20).map((login) => logOut(login, 'all')),
  );
  const [rotated, loggedOut, outEverywhere] = await Promise.all([rotations, logouts, everywhere]);
  const after = await Promise.all(names.map((name) => server.logIn(name)));
  await vi.waitUntil(async () => (await rowOf(id)).status === 'done', PATIENCE);

  const statuses = [...rotated.map(([status]) => status), ...loggedOut, ...outEverywhere];
  const tokens = [...before.map(({ token }) => token), ...rotated.map(([, token]) => token)];
  const events = await server.sql(
    `select session_id from session_events where type = 'session.ended' and session_id = any ($1::uuid[])
     group by session_id having count(*) <> 1`,
    [before.map(({ sessionId }) => sessionId)],
  );
  expect(statuses.filter((status) => ![200, 204, 401].includes(status))).toEqual([]);
  expect(await Promise.all(tokens.map((token) => server.statusOfSession(token)))).toEqual(tokens.map(() => 401));
  expect(await Promise.all(after.map(({ token }) => server.statusOfSession(token)))).toEqual(after.map(() => 200));
  expect(events).toEqual([]);
});

it('tells its rate and the time left while it runs', async () => {
  const ip = freshAddress();
  await makeCrowd(server, { users: 200, each: 20, ip });
  const id = idOf(await endFiltered(server, admin.token, { address: ip }));
  await hasBegun(id);

  const answer = await server.get(`/api/v1/admin/jobs/${id}`, bearer(admin.token));

  const job = answer.json<{ perSecond: number; secondsLeft: number; total: number; done: number }>();
  expect(job).toMatchObject({ status: 'running', total: 4_000, endedAt: null });
  expect(job.perSecond).toBeGreaterThan(0);
  const left = job.total - job.done;
  expect(job.secondsLeft).toBeGreaterThanOrEqual(Math.floor(left / (job.perSecond + 0.5)));
  expect(job.secondsLeft).toBeLessThanOrEqual(Math.ceil(left / (job.perSecond - 0.5)));
  expect(await stateOnceDone(id)).toMatchObject({ status: 'done' });
});

it('a small job does not wait for a large one to end', async () => {
  const [large, small] = [freshAddress(), freshAddress()];
  await makeCrowd(server, { users: 400, each: 20, ip: large });
  await makeCrowd(server, { users: 60, each: 20, ip: small });
  const first = idOf(await endFiltered(server, admin.token, { address: large }));

  const second = idOf(await endFiltered(server, admin.token, { address: small }));

  expect(await stateOnceDone(second)).toMatchObject({ status: 'done' });
  expect(await rowOf(first)).toMatchObject({ status: 'running' });
  expect(await stateOnceDone(first)).toMatchObject({ status: 'done', done: 8_000 });
});

it('is failed, and says so, where a batch can never succeed; the others go on', async () => {
  const ip = freshAddress();
  await makeCrowd(server, { users: 60, each: 20, ip });
  const [broken, sound] = [freshAddress(), { address: ip }];
  await makeCrowd(server, { users: 60, each: 20, ip: broken });
  const filter = { address: broken };
  const { confirmation } = (await dryRun(server, admin.token, filter)).json<{ confirmation: string }>();
  await server.sql(
    `update jobs set target = jsonb_set(target, '{filter,address}', '"nowhere"') where status = 'proposed' and filter = $1`,
    [JSON.stringify(filter)],
  );
  const id = idOf(
    await server.post(
      '/api/v1/admin/sessions/end',
      both(bearer(admin.token), json({ filter, confirmation, reason: REASON })),
    ),
  );
  expect(await stateOnceDone(id)).toMatchObject({ status: 'failed', done: 0 });

  const next = idOf(await endFiltered(server, admin.token, sound));

  expect(await stateOnceDone(next)).toMatchObject({ status: 'done', done: 1_200 });
  const answer = await server.get(`/api/v1/admin/jobs/${id}`, bearer(admin.token));
  expect(answer.json()).toMatchObject({ status: 'failed', fault: expect.stringContaining('the log') as string });
  expect(await countFrom(server, broken)).toBe(1_200);
});

it('a job whose users somebody holds waits, and no other waits with it', async () => {
  const [held, free] = [freshAddress(), freshAddress()];
  await makeCrowd(server, { users: 60, each: 20, ip: held });
  await makeCrowd(server, { users: 60, each: 20, ip: free });
  await server.sql('begin');
  await server.sql('select from users where id in (select user_id from sessions where ip = $1::inet) for update', [
    held,
  ]);
  const first = idOf(await endFiltered(server, admin.token, { address: held }));
  const second = idOf(await endFiltered(server, admin.token, { address: free }));

  const goOn = async (id: string): Promise<Row> => {
    await vi.waitUntil(
      async () => {
        wake();
        return (await rowOf(id)).status !== 'running';
      },
      { timeout: 60_000, interval: 250 },
    );
    return rowOf(id);
  };

  expect(await goOn(second)).toEqual({ status: 'done', done: 1_200, total: 1_200 });
  expect(await rowOf(first)).toEqual({ status: 'running', done: 0, total: 1_200 });
  await server.sql('rollback');
  expect(await goOn(first)).toEqual({ status: 'done', done: 1_200, total: 1_200 });
});

it('are pruned when events of their time are, and proposals that nobody confirmed after an hour', async () => {
  await server.sql(`delete from jobs`);
  const ip = freshAddress();
  await dryRun(server, admin.token, { address: ip });
  const old = await endFiltered(server, admin.token, { address: ip });
  await dryRun(server, admin.token, { address: ip });
  const recent = await endFiltered(server, admin.token, { address: ip });
  const idsOf = (answers: WireAnswer[]): string[] => answers.map((answer) => answer.json<{ jobId: string }>().jobId);
  await server.sql(
    `update jobs set proposed_at = now() - interval '61 min' where status = 'proposed' and id < $1`,
    idsOf([old]),
  );
  await server.sql(`update jobs set ended_at = now() - interval '31 days' where id = $1`, idsOf([old]));

  const pruned = await server.app.get(JobPruner).prune();

  const left = await server.sql<{ id: string; status: string }>('select id, status from jobs order by id');
  expect(pruned).toBe(2);
  expect(left.map(({ status }) => status)).toEqual(['proposed', 'done']);
  expect(left[1]!.id).toBe(idsOf([recent])[0]);
});

it('are listed newest first, page by page, without proposals', async () => {
  await server.sql(`delete from jobs`);
  const ids: string[] = [];
  for (let time = 0; time < 3; time++) {
    const answer = await endFiltered(server, admin.token, { address: freshAddress() });
    ids.unshift(answer.json<{ jobId: string }>().jobId);
  }
  await dryRun(server, admin.token, { address: freshAddress() });
  const page = async (query: string) =>
    (await server.get(`/api/v1/admin/jobs?${query}`, bearer(admin.token))).json<{
      jobs: { id: string }[];
      next: string | null;
    }>();

  const first = await page('limit=2');
  const second = await page(`limit=2&after=${first.next}`);

  expect([...first.jobs, ...second.jobs].map(({ id }) => id)).toEqual(ids);
  expect([first.jobs.length, second.next]).toEqual([2, null]);
});
