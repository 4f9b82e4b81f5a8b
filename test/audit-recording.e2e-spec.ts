import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AuditNotes } from '../src/audit/audit-notes.js';
import { AuditRecorder } from '../src/audit/audit-recorder.js';
import { verifyAudit } from '../src/audit/audit-verification.js';
import type { NotedAct } from '../src/audit/noted-act.js';
import { DatabaseProxy } from './database-proxy.js';
import { NodeProcess } from './node-process.js';
import { ADMIN, bearer, both, json, TestServer } from './server.js';

let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await TestServer.start();
  folder = await mkdtemp(join(tmpdir(), 'curfew-audit-'));
});
afterAll(async () => {
  NodeProcess.killAll();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const NOTHING = {
  code: null,
  userId: null,
  sessionId: null,
  keyId: null,
  login: null,
  targetType: null,
  targetId: null,
  applicationId: null,
  address: null,
};

interface Row extends Record<string, unknown> {
  number: string;
}

const verified = async () => (await verifyAudit((text, values) => server.sql(text, values), {})).findings;

/** Nothing waits any more: neither notes that are finished nor events. */
async function recorded(): Promise<void> {
  await vi.waitUntil(
    async () => {
      const [waiting] = await server.sql<{ notes: number; events: number }>(`
        select (select count(*) from audit_inbox where outcome is not null)::int as notes,
               (select count(*) from session_events where not exists (select from audit_log where event_id = id))::int as events`);
      return waiting!.notes + waiting!.events === 0;
    },
    { timeout: 30_000, interval: 200 },
  );
}

/** How often each of them stands in the log: every event and every request once, and no number left out. */
async function counted(): Promise<unknown> {
  const [row] = await server.sql(`
    select count(*)::int - max(number)::int as gaps,
           count(event_id)::int - (select count(*) from session_events)::int as "eventsTooMany",
           count(distinct event_id)::int - count(event_id)::int as "eventsTwice",
           count(distinct note_id)::int - count(note_id)::int as "notesTwice"
    from audit_log`);
  return row;
}
const EACH_ONCE = { gaps: 0, eventsTooMany: 0, eventsTwice: 0, notesTwice: 0 };

/** Changes the own profile so often, on one node after the other; 32 at a time. Answers how often it was done. */
async function changeProfile(origins: string[], count: number): Promise<number> {
  const { token } = await server.logInAdmin();
  let [done, answered] = [0, 0];
  const work = async (place: number): Promise<void> => {
    while (done < count) {
      done += 1;
      const origin = origins[(place + done) % origins.length]!;
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const body = JSON.stringify({ displayName: `name ${done}` });
      const answer = await fetch(`${origin}/api/v1/profile`, { method: 'PATCH', headers, body }).catch(() => undefined);
      if (answer?.status === 200) answered += 1;
    }
  };
  await Promise.all(Array.from({ length: 32 }, (_, place) => work(place)));
  return answered;
}

describe('several nodes', () => {
  it('2,000 acts on two nodes stand in the log once each, without a gap', async () => {
    const nodes = await Promise.all(
      [1, 2].map(() => NodeProcess.boot({ DATABASE_URL: server.databaseUrl, LOG_LEVEL: 'warn' }, folder)),
    );
    await Promise.all(nodes.map((node) => node.ready(30_000)));

    const answered = await changeProfile(
      nodes.map(({ origin }) => origin),
      2_000,
    );
    await recorded();

    const [row] = await server.sql(
      "select count(*)::int as count from audit_log where act = 'profile.change' and outcome = 'ok'",
    );
    expect([answered, row]).toEqual([2_000, { count: 2_000 }]);
    expect(await counted()).toEqual(EACH_ONCE);
    expect(await verified()).toEqual([]);
    NodeProcess.killAll();
  }, 90_000);

  it('unknown a minute later, where the node died over an act', async () => {
    await server.sql(`
      insert into audit_inbox (id, occurred_at, act, request_id) values (gen_random_uuid(), now() - interval '59 s', 'users.remove', 'of-the-dead')`);

    const early = await server.sql("select from audit_log where request_id = 'of-the-dead'");
    await server.sql(
      "update audit_inbox set occurred_at = occurred_at - interval '1 s' where request_id = 'of-the-dead'",
    );
    await vi.waitUntil(
      async () => (await server.sql("select from audit_log where request_id = 'of-the-dead'")).length > 0,
      { timeout: 10_000 },
    );

    expect(early).toEqual([]);
    expect(await server.sql("select outcome from audit_log where request_id = 'of-the-dead'")).toEqual([
      { outcome: 'unknown' },
    ]);
  });
});

describe('while the store is away', () => {
  it('asvs 16.5.3 503, and nothing is done that is not on record; refusals are kept and written later', async () => {
    const proxy = await DatabaseProxy.start(server.databaseUrl);
    const { app } = await TestServer.node(proxy.url);
    const { token } = await server.logInAdmin();
    await server.sql('alter table audit_inbox rename to audit_inbox_gone');
    const made = await app.inject({
      method: 'POST',
      url: '/api/v1/admin/users',
      ...both(bearer(token), json({ username: 'unheard@example.test', password: 'correct horse battery staple' })),
    });
    await server.sql('alter table audit_inbox_gone rename to audit_inbox');
    proxy.refuse();
    const away = await app.inject({ method: 'POST', url: '/api/v1/auth/login', ...json(ADMIN) });
    const { request_id: requestId } = away.json<{ request_id: string }>();
    proxy.heal();

    expect([made.statusCode, away.statusCode]).toEqual([500, 503]);
    expect(await server.sql("select from identities where name = 'unheard@example.test'")).toEqual([]);
    await vi.waitUntil(
      async () => (await server.sql('select from audit_log where request_id = $1', [requestId])).length > 0,
      { timeout: 10_000 },
    );
    expect(await server.sql('select act, outcome, code from audit_log where request_id = $1', [requestId])).toEqual([
      { act: 'login', outcome: 'failed', code: 'STORE_UNAVAILABLE' },
    ]);
    await app.close();
    proxy.stop();
  });
});

describe('notes', () => {
  const noteOf = (userAgent: string): NotedAct => ({
    id: randomUUID(),
    requestId: randomUUID(),
    act: 'login',
    outcome: 'ok',
    contract: 'native',
    userAgent,
    details: {},
    ...NOTHING,
  });

  it('that were written again stand once, however much was written in between', async () => {
    const note = noteOf('written twice');
    const inbox = (isRepeated: boolean) =>
      server.sql(
        `insert into audit_inbox (id, outcome, is_repeated, act, user_agent, request_id) values ($1, 'ok', $2, 'login', $3, $4)`,
        [note.id, isRepeated, note.userAgent, note.requestId],
      );
    const count = async () => (await server.sql("select from audit_log where user_agent = 'written twice'")).length;
    await inbox(false);
    await recorded();
    await vi.waitUntil(async () => (await count()) === 1, { timeout: 10_000 });
    const [head] = await server.sql<{ number: string }>('select number from audit_heads');
    await server.sql('update audit_heads set number = number + 2000000');

    await inbox(true);
    await vi.waitUntil(
      async () => (await server.sql('select from audit_inbox where id = $1', [note.id])).length === 0,
      { timeout: 10_000 },
    );
    const times = await count();
    await server.sql('update audit_heads set number = $1', [head!.number]);

    expect(times).toBe(1);
    expect(await verified()).toEqual([]);
  });

  it('one that the store refuses takes no other along, however slowly it answers', async () => {
    const proxy = await DatabaseProxy.start(server.databaseUrl);
    const { app } = await TestServer.node(proxy.url);
    const notes = app.get(AuditNotes);
    await server.sql("alter table audit_inbox add constraint poison check (user_agent <> 'refused')");
    proxy.holdBack(() => 120);

    for (let place = 0; place < 80; place += 1) notes.note(noteOf(place === 37 ? 'refused' : 'beside a refused one'));
    await vi.waitUntil(
      async () => (await server.sql("select from audit_log where user_agent = 'beside a refused one'")).length === 79,
      { timeout: 30_000, interval: 500 },
    );

    proxy.release();
    await server.sql('alter table audit_inbox drop constraint poison');
    await app.close();
    proxy.stop();
    expect(await counted()).toEqual(EACH_ONCE);
  }, 60_000);
});

describe('where events are gone', () => {
  const gaps = () => server.sql<Row>("select details from audit_log where act = 'audit.gap' order by number");

  it('that were pruned before they were read, a row says so, and the rest follows', async () => {
    await recorded();
    await server.sql("update audit_heads set event_position = '1-1-0'");
    await server.sql("update event_logs set pruned_transaction_id = '100', pruned_id = 7");

    await server.logInAdmin();
    await vi.waitUntil(async () => (await gaps()).length === 1, { timeout: 10_000 });
    await recorded();

    expect(await gaps()).toMatchObject([
      { details: { reason: 'pruned', eventsAtMost: '7', after: '1-1-0', from: '1-100-7' } },
    ]);
    expect(await counted()).toEqual(EACH_ONCE);
    expect(await verified()).toEqual([]);
  });

  it('because a dump came into another cluster, none is written twice', async () => {
    await server.sql("update event_logs set generation = generation + 1, pruned_transaction_id = '0', pruned_id = 0");

    await server.logInAdmin();
    await vi.waitUntil(async () => (await gaps()).length === 2, { timeout: 10_000 });
    await recorded();

    expect((await gaps())[1]).toMatchObject({ details: { reason: 'restored' } });
    expect(await counted()).toEqual(EACH_ONCE);
    expect(await verified()).toEqual([]);
  });
});

describe('a node that dies', () => {
  it('kill -9 of nodes in the middle loses no event and writes none twice', async () => {
    const [userId] = (await server.sql<{ id: string }>('select id from users limit 1')).map(({ id }) => id);
    const over = new AbortController();
    const recorder = server.app.get(AuditRecorder);
    await recorder.beforeApplicationShutdown(); // From here on those record that are killed.
    const happening = (async () => {
      while (!over.signal.aborted) {
        await server.sql(
          `insert into sessions (user_id, id, application_id, contract, secret_hash, idle_until, expires_at)
           select id, gen_random_uuid(), application_id, 'native', sha256('x'), now() + interval '1 h', now() + interval '1 h'
           from users, generate_series(1, 200) where id = $1`,
          [userId],
        );
        await new Promise((resolve) => setTimeout(resolve, 50));
        await server.sql('delete from sessions where ctid = any (array(select ctid from sessions limit 150))');
      }
    })();

    try {
      for (let round = 0; round < 4; round += 1) {
        const node = await NodeProcess.boot({ DATABASE_URL: server.databaseUrl, LOG_LEVEL: 'warn' }, folder);
        await node.ready(30_000);
        await new Promise((resolve) => setTimeout(resolve, 300 + 130 * round));
        node.child.kill('SIGKILL');
        await node.exit;
      }
    } finally {
      over.abort();
      await happening;
    }
    const [recordedByTheDead] = await server.sql<{ count: number }>(
      'select count(event_id)::int as count from audit_log',
    );
    while (await recorder.record());
    await recorded();

    expect(recordedByTheDead!.count).toBeGreaterThan(0);
    expect(await counted()).toEqual(EACH_ONCE);
    expect(await verified()).toEqual([]);
  }, 90_000);
});
