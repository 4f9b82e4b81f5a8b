import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { EventLog } from '../src/event/event-log.js';
import { EventPruner } from '../src/event/event-pruner.js';
import { bearer, holdSweepers, TestServer, type LoggedIn } from './server.js';

let server: TestServer;
let log: EventLog;
beforeAll(async () => {
  holdSweepers();
  vi.spyOn(EventPruner.prototype, 'onApplicationBootstrap').mockImplementation(() => {});
  server = await TestServer.start({ EVENT_RETENTION: '7d' });
  log = server.app.get(EventLog);
});
afterAll(() => server.stop());

const prune = () => server.app.get(EventPruner).prune();
const age = (where: string, interval: string) =>
  server.sql(`update session_events set occurred_at = occurred_at - $1::interval where ${where}`, [interval]);
/** Nobody else has a transaction open in this PostgreSQL: everything that was written can be read. */
async function settle(): Promise<void> {
  const held = async () =>
    (
      await server.sql<{ count: number }>(
        'select count(*)::int from session_events where transaction_id >= pg_snapshot_xmin(pg_current_snapshot())',
      )
    )[0]!.count;
  await expect.poll(held, { timeout: 10_000 }).toBe(0);
}
const idsIn = async () =>
  (
    await server.sql<{ id: string }>('select id::text from session_events order by transaction_id, session_events.id')
  ).map(({ id }) => id);
async function logInAndOut(name: string): Promise<LoggedIn> {
  const user = await server.logIn(name);
  await server.post('/api/v1/auth/logout', bearer(user.token));
  return user;
}

it('asvs 14.2.7 what was kept long enough goes, oldest first; a cursor from before it is gone, one behind it goes on', async () => {
  const begin = await log.latest();
  for (let round = 0; round < 3; round++) await logInAndOut('retained@example.test');
  await settle();
  const [first] = (await log.read(begin, 4)).events.slice(-1);
  const cursor = (await log.read(begin, 4)).next;
  await age(`(transaction_id, id) <= ('${first!.position.transactionId}'::xid8, ${first!.position.id})`, '8 days');
  const before = await idsIn();

  const removed = await prune();

  const after = await idsIn();
  expect([removed, before.slice(removed)]).toEqual([before.indexOf(first!.event.id) + 1, after]);
  await expect(log.read(begin, 10)).rejects.toMatchObject({ code: 'CURSOR_GONE' });
  const rest = (await log.read(cursor, 10)).events.map(({ event }) => event.id);
  expect(rest).toEqual(after);
  expect((await log.read(await log.oldest(), 10)).events.map(({ event }) => event.id)).toEqual(rest);
  expect(await prune()).toBe(0);
});

it('keeps what is older than something that is still to be kept, so that nothing is missing in between', async () => {
  await logInAndOut('between@example.test');
  await settle();
  const ids = await idsIn();
  await age(`id = ${ids.at(-1)}`, '8 days');

  const removed = await prune();

  expect([removed, await idsIn()]).toEqual([0, ids]);
});

it('goes through more than a batch, and two nodes at once take each event once', async () => {
  await server.sql(
    `insert into session_events (user_id, type, session_id, application_id, contract, occurred_at, session_created_at, session_last_seen_at)
     select gen_random_uuid(), 'session.started', gen_random_uuid(), gen_random_uuid(), 'native', now() - interval '9 days', now(), now()
     from generate_series(1, 1000)`,
  );
  await age('true', '8 days');
  await server.sql(
    `insert into application_events (application_id, type, reason, ended_by_user_id, ended_by_session_id, occurred_at)
     select gen_random_uuid(), 'application.sessions_ended', 'A test', gen_random_uuid(), gen_random_uuid(), now() - interval '8 days'`,
  );
  await settle();
  const count = (await idsIn()).length + 1;
  const other = await TestServer.node(server.databaseUrl, { EVENT_RETENTION: '7d' });
  const removed = await Promise.all([prune(), other.app.get(EventPruner).prune()]);
  const rest = await prune();
  await other.app.close();

  expect(removed[0] + removed[1] + rest).toBe(count);
  expect(await idsIn()).toEqual([]);
  expect(await server.sql('select from application_events')).toEqual([]);
});

it('a restored dump: what another cluster wrote is readable at once, in its order, and cursors of before are gone', async () => {
  const begin = await log.latest();
  for (let round = 0; round < 3; round++) await logInAndOut('restored@example.test');
  await settle();
  const { events, next } = await log.read(begin, 10);
  const ids = events.map(({ event }) => event.id);
  // The other cluster had counted much further: the first event lies behind this one's transactions, the others ahead.
  await server.sql(
    `update session_events set transaction_id = (transaction_id::text::bigint + 900000000)::text::xid8 where id > $1`,
    [ids[0]],
  );
  expect((await log.read(begin, 10)).events.map(({ event }) => event.id)).toEqual([ids[0]]);

  const other = await TestServer.node(server.databaseUrl);
  const fresh = await server.logIn('restored@example.test');
  const readable = async () =>
    (await log.read(await log.oldest(), 100)).events.map(({ event }) => event.data.sessionId).slice(-events.length - 1);

  await expect
    .poll(readable, { timeout: 10_000 })
    .toEqual([...events.map(({ event }) => event.data.sessionId), fresh.sessionId]);
  const order = (await log.read(await log.oldest(), 100)).events.map(({ event }) => event.id);
  expect(order.slice(-events.length - 1, -1)).toEqual(ids);
  for (const cursor of [begin, next]) await expect(log.read(cursor, 10)).rejects.toMatchObject({ code: 'CURSOR_GONE' });
  await other.app.close();
});

it('a cursor ahead of this database is gone: its dump is older than the cursor', async () => {
  const { generation, transactionId } = await log.latest();
  const ahead = { generation, transactionId: String(Number(transactionId) + 1_000_000), id: '0' };

  await expect(log.read(ahead as never, 10)).rejects.toMatchObject({ code: 'CURSOR_GONE' });
});
