import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { EventLog } from '../src/event/event-log.js';
import { EventPosition } from '../src/event/event-position.js';
import type { LoggedEvent } from '../src/event/logged-event.js';
import { bearer, holdSweepers, json, both, TestServer, type LoggedIn } from './server.js';

let server: TestServer;
let log: EventLog;
let alice: LoggedIn;
beforeAll(async () => {
  holdSweepers();
  server = await TestServer.start();
  log = server.app.get(EventLog);
  alice = await server.logIn('alice@example.test');
});
afterAll(() => server.stop());

/** A connection of its own, with a transaction open on it. */
async function transaction(): Promise<pg.Client> {
  const client = new pg.Client(server.databaseUrl);
  await client.connect();
  onTestFinished(() => client.end());
  await client.query('begin');
  return client;
}

async function start(client: { query: pg.Client['query'] }, id: string = randomUUID()): Promise<string> {
  await client.query(
    `insert into sessions (user_id, id, application_id, contract, secret_hash, idle_until, expires_at)
     select id, $2, application_id, 'native', sha256('x'), now() + interval '1 h', now() + interval '1 h' from users where id = $1`,
    [alice.userId, id],
  );
  return id;
}
const end = (client: { query: pg.Client['query'] }, id: string) =>
  client.query('delete from sessions where user_id = $1 and id = $2', [alice.userId, id]);

/** Everything behind a position, a few at a time. */
async function rest(after: EventPosition, limit = 3): Promise<{ events: LoggedEvent[]; next: EventPosition }> {
  const events: LoggedEvent[] = [];
  for (let place = after; ;) {
    const page = await log.read(place, limit);
    events.push(...page.events);
    place = page.next;
    if (!page.hasMore) return { events, next: place };
  }
}
/** The same, once so many are there: what other tests have open in this PostgreSQL holds events back for a moment. */
async function until(after: EventPosition, count: number): Promise<LoggedEvent[]> {
  await expect.poll(async () => (await rest(after)).events.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(count);
  return (await rest(after)).events;
}
const told = (events: LoggedEvent[]) => events.map(({ event: { type, data } }) => `${type} ${data.sessionId}`);

describe('the log', () => {
  it('asvs 7.6.1 tells starts, rotations and endings as they are, and nothing of a token', async () => {
    const from = await log.latest();
    const bob = await server.logInAs({
      login: 'alice@example.test',
      password: 'correct horse battery staple',
      label: 'Phone',
    });
    const { token } = (await server.post('/api/v1/auth/rotate', bearer(bob.token))).json<{ token: string }>();
    await server.post('/api/v1/auth/logout', bearer(token));

    const events = await until(from, 3);

    const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
    const data = {
      applicationId: expect.stringMatching(/^[\da-f-]{36}$/) as string,
      userId: bob.userId,
      sessionId: bob.sessionId,
      contract: 'native',
      createdAt: instant,
      lastSeenAt: instant,
      ip: '127.0.0.1',
      userAgent: 'lightMyRequest',
      label: 'Phone',
    };
    const id = expect.stringMatching(/^[1-9]\d*$/) as string;
    expect(events.map(({ event }) => event)).toEqual([
      { id, type: 'session.started', timestamp: instant, data },
      { id, type: 'session.rotated', timestamp: instant, data },
      { id, type: 'session.ended', timestamp: instant, data: { ...data, cause: 'logout' } },
    ]);
    expect(JSON.stringify(events)).not.toMatch(/cfs_|hash/i);
  });

  it('tells what was done to an application among the rest, with an id from the same sequence', async () => {
    const admin = await server.logInAdmin();
    const answer = await server.post(
      '/api/v1/admin/applications',
      both(bearer(admin.token), json({ name: 'A tenant' })),
    );
    const { id } = answer.json<{ id: string }>();
    const from = await log.latest();
    const before = await server.logIn('before@example.test');
    await server.post(
      `/api/v1/admin/applications/${id}/sessions/end`,
      both(bearer(admin.token), json({ reason: 'A test' })),
    );
    const after = await server.logInAs({ login: 'before@example.test', password: 'correct horse battery staple' });

    const events = (await until(from, 4)).filter(({ event }) => event.data.userId !== admin.userId);

    const { event } = events[1]!;
    expect(events.map(({ event: { type, data } }) => [type, data.sessionId])).toEqual([
      ['session.started', before.sessionId],
      ['application.sessions_ended', undefined],
      ['session.started', after.sessionId],
    ]);
    expect(event).toEqual({
      id: event.id,
      type: 'application.sessions_ended',
      timestamp: event.timestamp,
      data: {
        applicationId: id,
        reason: 'A test',
        endedByUserId: admin.userId,
        endedBySessionId: admin.sessionId,
      },
    });
    expect(new Set(events.map(({ event: each }) => each.id)).size).toBe(3);
  });

  it('a touch leaves no event, and stays within its page of the table', async () => {
    const carol = await server.logIn('carol@example.test');
    const counts = async () =>
      (
        await server.sql<{ updates: number; hot: number }>(
          `select n_tup_upd::int as updates, n_tup_hot_upd::int as hot, pg_stat_force_next_flush() from pg_stat_user_tables where relname = 'sessions'`,
        )
      )[0]!;
    await counts();
    const from = await log.latest();
    const before = await counts();
    await server.sql(
      // Within its hour: one that crosses it moves a column that has an index.
      `update sessions set last_seen_at = last_seen_at + step.minute, idle_until = idle_until + step.minute
       from (select case when extract(minute from now()) < 30 then 1 else -1 end * interval '1 min' as minute) as step
       where user_id = $1`,
      [carol.userId],
    );

    // What others touched before may be counted late: whatever is counted, every one of them stayed.
    const moved = async (): Promise<boolean[]> => {
      const { updates, hot } = await counts();
      return [updates > before.updates, updates - before.updates === hot - before.hot];
    };
    await expect.poll(moved).toEqual([true, true]);
    expect((await rest(from)).events).toEqual([]);
  });
});

describe('the order', () => {
  it('an event of a transaction that is open comes once it is committed, and what was drawn later waits for it', async () => {
    const from = await log.latest();
    const [slow, quick] = [await transaction(), await transaction()];
    const [first, second] = [await start(slow), await start(quick)];
    await quick.query('commit');

    const meanwhile = await rest(from);
    await slow.query('commit');

    expect(told(meanwhile.events)).toEqual([]);
    expect(told(await until(meanwhile.next, 2))).toEqual([`session.started ${first}`, `session.started ${second}`]);
  });

  it('an ending comes after its start, also where the transaction that ends is the older one', async () => {
    const from = await log.latest();
    const older = await transaction();
    await older.query('select pg_current_xact_id()');
    const newer = await transaction();
    const id = await start(newer);
    await newer.query('commit');
    await end(older, id);
    await older.query('commit');

    expect(told(await until(from, 2))).toEqual([`session.started ${id}`, `session.ended ${id}`]);
  });

  it('an idle database withholds nothing: the newest event is there without another transaction', async () => {
    const from = await log.latest();
    const one = await transaction();
    const id = await start(one);
    await one.query('commit');

    expect(told(await until(from, 1))).toEqual([`session.started ${id}`]);
  });

  it('a position stays with the last event: the ids of transactions that left no trace may be given again after a crash', async () => {
    const { next } = await rest(await log.latest());
    for (let count = 0; count < 3; count++) {
      const gone = await transaction();
      await start(gone);
      await gone.query('rollback');
    }

    expect([String((await rest(next)).next), String(await log.latest())]).toEqual([String(next), String(next)]);
  });

  it('none is lost, none comes twice, and each start precedes its ending, however transactions interleave', async () => {
    const from = await log.latest();
    const live: string[] = [];
    const expected = new Set<string>();
    let isOver = false;
    const chance = seeded(20_261_121);
    const write = async (): Promise<void> => {
      const client = new pg.Client(server.databaseUrl);
      await client.connect();
      for (let round = 0; round < 60; round++) {
        await client.query('begin');
        if (chance() < 0.3) await client.query('select pg_current_xact_id()');
        if (chance() < 0.5) await pause(chance() * 6);
        const mine: string[] = [];
        const ended: string[] = [];
        for (let count = chance() * 3; count > 0; count--) {
          if (chance() < 0.4 && live.length > 0) {
            const [id] = live.splice(Math.floor(chance() * live.length), 1);
            await end(client, id!);
            ended.push(id!);
          } else mine.push(await start(client));
        }
        if (chance() < 0.4) await pause(chance() * 8);
        const isKept = chance() < 0.85;
        await client.query(isKept ? 'commit' : 'rollback');
        live.push(...(isKept ? mine : ended));
        if (!isKept) continue;
        for (const id of mine) expected.add(`session.started ${id}`);
        for (const id of ended) expected.add(`session.ended ${id}`);
      }
      await client.end();
    };
    const read = async (limit: number): Promise<string[]> => {
      const seen: string[] = [];
      let place = from;
      for (let isLast = false; ;) {
        const page = await log.read(place, limit);
        seen.push(...told(page.events));
        place = page.next;
        if (isLast && !page.hasMore) return seen;
        isLast = isOver && !page.hasMore && seen.length >= expected.size;
        await pause(chance() * 3);
      }
    };
    const readers = Promise.all([1, 2, 7, 500].map(read));
    await Promise.all(Array.from({ length: 8 }, write));
    isOver = true;

    const orders = await readers;

    expect(expected.size).toBeGreaterThan(300);
    for (const order of orders) {
      expect(order).toEqual(orders[0]);
      expect(order).toHaveLength(expected.size);
      expect(new Set(order)).toEqual(expected);
      const late = order.filter(
        (each, place) => each.startsWith('session.ended') && order.indexOf(each.replace('ended', 'started')) > place,
      );
      expect(late).toEqual([]);
    }
  }, 60_000);
});

/** Numbers from 0 to 1, the same in each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
