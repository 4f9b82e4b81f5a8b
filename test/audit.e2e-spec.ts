import { getDataSourceToken } from '@nestjs/typeorm';
import { spawnSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { append, hashOf, lockHead } from '../src/audit/audit-chain.js';
import { AuditKeeper } from '../src/audit/audit-keeper.js';
import { AuditRecorder } from '../src/audit/audit-recorder.js';
import { verifyAudit, type AuditReport } from '../src/audit/audit-verification.js';
import { ownDraft } from '../src/audit/event-drafts.js';
import { BackgroundStore } from '../src/database/background-store.js';
import { bearer, json, TestServer } from './server.js';

let server: TestServer;
let dataSource: DataSource;
beforeAll(async () => {
  server = await TestServer.start();
  dataSource = server.app.get<DataSource>(getDataSourceToken());
});
afterAll(() => server.stop());

interface Row {
  number: string;
  act: string;
  outcome: string;
  code: string | null;
  details: Record<string, unknown>;
}

/** Everything that was noted and happened so far is in the log. */
async function recorded(): Promise<Row[]> {
  await pause(100);
  while (await server.app.get(AuditRecorder).record());
  for (const until = Date.now() + 5_000; Date.now() < until; await pause(50)) {
    const [open] = await server.sql<{ count: number }>(`
      select (select count(*) from audit_inbox where outcome is not null)::int
        + (select count(*) from session_events where id > (select coalesce(max(event_id), 0) from audit_log))::int as count`);
    if (open!.count === 0) break;
  }
  return server.sql<Row>('select number, act, outcome, code, details from audit_log order by number');
}

const verify = (head?: string): Promise<AuditReport> =>
  verifyAudit((text, values) => dataSource.query(text, values), { head });

describe('the log is append-only', () => {
  it.each([
    'update audit_log set act = act',
    'delete from audit_log',
    'truncate audit_log',
    `update audit_log_${new Date().toISOString().slice(0, 7).replace('-', '_')} set act = act`,
    `delete from audit_log_${new Date().toISOString().slice(0, 7).replace('-', '_')}`,
    `truncate audit_log_${new Date().toISOString().slice(0, 7).replace('-', '_')}`,
    'update audit_beginnings set number = number',
    'delete from audit_beginnings',
    'truncate audit_beginnings',
  ])('asvs 16.4.2 as the role of the application: %s', async (sql) => {
    await server.logInAdmin();
    await recorded();
    await server.sql("insert into audit_beginnings (number, hash) values (0, '') on conflict do nothing");

    await expect(dataSource.query(sql)).rejects.toMatchObject({
      code: '42501',
      message: 'The audit log is append-only.',
    });
    await server.sql('alter table audit_beginnings disable trigger all');
    await server.sql('delete from audit_beginnings where number = 0');
    await server.sql('alter table audit_beginnings enable trigger all');
  });

  it('asvs 16.4.2 a role that is no superuser has no right to change it, though it made it', async () => {
    await server.sql(`drop role if exists curfew_owner`);
    await server.sql(`create role curfew_owner login password 'curfew owner' nosuperuser`);
    await server.sql('alter table audit_log owner to curfew_owner');
    const url = Object.assign(new URL(server.databaseUrl), { username: 'curfew_owner', password: 'curfew owner' });
    const client = new pg.Client(url.href);
    await client.connect();

    const refusals = await Promise.allSettled([
      client.query('update audit_log set act = act'),
      client.query('delete from audit_log'),
      client.query('truncate audit_log'),
    ]);

    expect(refusals.map((refusal) => (refusal as PromiseRejectedResult).reason.code as string)).toEqual(
      Array.from({ length: 3 }, () => '42501'),
    );
    await client.end();
    await server.sql('reassign owned by curfew_owner to current_user');
    await server.sql('drop role curfew_owner');
  });
});

describe('a log that was tampered with by a superuser', () => {
  let whole: string;
  beforeEach(async () => {
    for (let round = 0; round < 8; round += 1) {
      const { token } = await server.logInAdmin();
      await server.post('/api/v1/auth/logout', bearer(token));
    }
    whole = String((await recorded()).length);
    await server.sql('begin');
    await server.sql("set local session_replication_role = 'replica'");
  });
  afterEach(async () => {
    await server.sql('rollback');
    if ((await verify()).findings.length > 0) throw new Error('Taken back, the log is not whole.');
  });

  /** Over the connection whose transaction has tampered. */
  const tampered = async (head?: string) =>
    (await verifyAudit((text, values) => server.sql(text, values), { head })).findings.map(
      ({ kind, from, to }) => `${kind} ${from}-${to}`,
    );

  it('untouched is whole, and its head is found in it', async () => {
    const { rows, head, findings } = await verify();

    expect([String(rows), head.number, findings]).toEqual([whole, whole, []]);
    expect((await verify(head.hash)).findings).toEqual([]);
  });

  it.each([
    ["update audit_log set details = '{}' where number = 5", ['altered 5-5']],
    ['update audit_log set user_id = gen_random_uuid() where number = 5', ['altered 5-5']],
    ["update audit_log set occurred_at = occurred_at - interval '1 microsecond' where number = 5", ['altered 5-5']],
    ['delete from audit_log where number = 7', ['missing 7-7']],
    ['delete from audit_log where number between 4 and 9', ['missing 4-9']],
    ['delete from audit_log where number <= 3', ['missing 1-3']],
  ])('%s is named', async (sql, findings) => {
    await server.sql(sql);

    expect(await tampered()).toEqual(findings);
  });

  it('a row that was put in between is named, also where its hash is right', async () => {
    const [before] = await server.sql<{ hash: Buffer; recorded: string }>(
      `select hash, to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as recorded from audit_log where number = 6`,
    );
    const previousHash = before!.hash.toString('hex');
    const nothing = { code: null, userId: null, sessionId: null, keyId: null, login: null, targetType: null };
    const more = {
      targetId: null,
      applicationId: null,
      contract: null,
      address: null,
      userAgent: null,
      requestId: null,
    };
    const row = {
      act: 'forged',
      outcome: 'ok',
      details: '{}',
      noteId: null,
      eventId: null,
      ...nothing,
      ...more,
    } as const;
    const written = { ...row, recordedAt: before!.recorded.replace(/\d{6}Z/, '999999Z'), occurredAt: before!.recorded };
    const hash = hashOf(previousHash, written);
    await server.sql(
      `insert into audit_log (number, recorded_at, occurred_at, outcome, act, details, previous_hash, hash)
       values (6, $1, $2, 'ok', 'forged', '{}', decode($3, 'hex'), decode($4, 'hex'))`,
      [written.recordedAt, written.occurredAt, previousHash, hash],
    );

    expect(await tampered()).toContain('foreign 6-6');
  });

  it('a row with no right hash is named', async () => {
    await server.sql(`
      insert into audit_log (number, recorded_at, occurred_at, outcome, act, previous_hash, hash)
      select 6, recorded_at + interval '1 microsecond', occurred_at, 'ok', 'forged', hash, hash from audit_log where number = 6`);

    expect(await tampered()).toContain('altered 6-6');
  });

  it('two rows that changed places are named', async () => {
    await server.sql('update audit_log set number = case number when 4 then 9 else 4 end where number in (4, 9)');

    expect(await tampered()).toEqual(['out_of_order 4-4', 'out_of_order 9-9']);
  });

  it('an end that was cut off is named', async () => {
    await server.sql(`delete from audit_log where number > ${whole}::bigint - 2`);

    expect(await tampered()).toEqual([`missing ${Number(whole) - 1}-${whole}`]);
  });

  it('that it does not say any more with what it ended is named', async () => {
    await server.sql('delete from audit_heads');

    expect(await tampered()).toEqual([`foreign 1-${whole}`]);
  });

  it('rows that somebody else appended are named', async () => {
    await server.sql(`
      insert into audit_log (number, recorded_at, occurred_at, outcome, act, previous_hash, hash)
      select number + 1, recorded_at, occurred_at, 'ok', 'forged', hash, hash from audit_log where number = ${whole}`);

    expect(await tampered()).toContain(`foreign ${Number(whole) + 1}-${Number(whole) + 1}`);
  });

  it('a log that was made anew as a whole is known by a head that was kept elsewhere, and by nothing else', async () => {
    const { head } = await verify();
    await server.sql('truncate audit_log');
    await server.sql("update audit_heads set number = 0, hash = decode(repeat('00', 32), 'hex')");

    expect(await tampered()).toEqual([]);
    expect(await tampered(head.hash)).toEqual(['head 0-0']);
  });
});

it('npm run audit:verify says so and ends with 0; with 1 where a head that was kept elsewhere is not there', async () => {
  await recorded();
  const { head } = await verify();
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['tools/audit.js', ...args], {
      env: { PATH: process.env['PATH'], DATABASE_URL: server.databaseUrl },
      encoding: 'utf8',
    });

  const [whole, lost] = [run('--head', head.hash), run('--head', 'f'.repeat(64))];

  expect([whole.status, whole.stdout.trim().split('\n').at(-1)]).toEqual([0, 'the log is whole']);
  expect([lost.status, lost.stdout.trim().split('\n').at(-1)]).toEqual([1, '1 finding']);
});

describe('what goes with its month', () => {
  it('is remembered, and what is kept is whole; a beginning that the log does not announce is named', async () => {
    const old = await TestServer.start();
    const store = old.app.get(BackgroundStore);
    await old.sql("select audit_log_partition('2020-01-15')");
    await store.transaction(async (run) => {
      const head = (await lockHead(run, true))!;
      const at = '2020-01-15T12:00:00.000000Z';
      const drafts = ['one', 'two', 'three'].map((act) => ownDraft(act, at, {}));
      await append(run, { ...head, recordedAt: at }, drafts);
    });
    await old.logInAdmin();
    await vi.waitUntil(async () => (await old.sql("select from audit_log where act = 'login'")).length > 0);

    const dropped = await old.app.get(AuditKeeper).keep();
    const report = await verifyAudit(store.run, {});
    await old.sql('begin');
    await old.sql("set local session_replication_role = 'replica'");
    await old.sql('delete from audit_log where number <= 4');
    await old.sql(
      'insert into audit_beginnings (number, hash) select 4, previous_hash from audit_log where number = 5',
    );
    const forged = await verifyAudit((text, values) => old.sql(text, values), {});
    await old.sql('rollback');

    expect([dropped, report.findings]).toEqual([1, []]);
    expect(await old.sql('select number from audit_beginnings')).toEqual([{ number: '3' }]);
    expect(forged.findings).toMatchObject([{ kind: 'beginning', from: '1', to: '4' }]);
    await old.stop();
  });
});

describe('a month whose time is over', () => {
  let old: TestServer;
  let store: BackgroundStore;
  let keeper: AuditKeeper;
  beforeEach(async () => {
    old = await TestServer.start();
    [store, keeper] = [old.app.get(BackgroundStore), old.app.get(AuditKeeper)];
    await keeper.beforeApplicationShutdown(); // From here on it keeps when a test says so.
  });
  afterEach(() => old.stop());

  const nextMonth = () =>
    old.sql<{ name: string }>(
      "select 'audit_log_' || to_char(date_trunc('month', now() at time zone 'UTC') + interval '1 month', 'YYYY_MM') as name",
    );
  const isThere = async (name: string) =>
    (await old.sql('select from pg_class where relname = $1', [name])).length === 1;

  /** The log begins with it. */
  async function longAgo(): Promise<void> {
    const at = '2019-01-15T12:00:00.000000Z';
    await old.sql(`select audit_log_partition('${at}')`);
    await store.transaction(async (run) => {
      const head = (await lockHead(run, true))!;
      await append(run, { ...head, recordedAt: at }, [ownDraft('past', at, {})]);
    });
  }

  it('waits while somebody reads for long, as dumps do; the next one is made, and acts are recorded', async () => {
    await longAgo();
    const [next] = await nextMonth();
    await old.sql(`drop table ${next!.name}`);
    const dump = new pg.Client(old.databaseUrl);
    await dump.connect();
    await dump.query('begin');
    await dump.query('select from audit_log limit 1');

    const dropped = await keeper.keep();
    const isMade = await isThere(next!.name);
    await old.logInAdmin();
    await vi.waitUntil(async () => (await old.sql("select from audit_log where act = 'login'")).length > 0, 10_000);
    await dump.query('commit');
    await dump.end();

    expect([dropped, isMade, await isThere('audit_log_2019_01')]).toEqual([0, true, true]);
    expect([await keeper.keep(), await isThere('audit_log_2019_01')]).toEqual([1, false]);
  });

  it('is no gap where it goes while the log is verified', async () => {
    await longAgo();
    await old.logInAdmin();
    let isDropped = false;
    const report = await verifyAudit(async (text, values) => {
      if (!isDropped && text.includes('order by audit_log.number')) isDropped = (await keeper.keep()) === 1;
      return store.run(text, values);
    }, {});

    expect([isDropped, report.findings]).toEqual([true, []]);
  });
});

it('asvs 16.3.1 each login is in the log once: whether it was let in, or why not', async () => {
  const before = (await recorded()).length;

  await server.logInAdmin();
  await server.post('/api/v1/auth/login', json({ login: 'nobody@example.test', password: 'wrong wrong wrong' }));
  const rows = (await recorded()).slice(before);

  expect(rows.map(({ act, outcome, code }) => `${act} ${outcome} ${code}`).toSorted()).toEqual([
    'login ok null',
    'login refused CREDENTIALS_REJECTED',
    'session.started ok null',
  ]);
});
