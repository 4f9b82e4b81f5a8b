import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { percentile } from '../bench/statistics.js';
import { DatabaseProxy } from '../database-proxy.js';
import { EventClient } from '../event-client.js';
import { NodeProcess } from '../node-process.js';
import { bearer, holdSweepers, PASSWORD, TestServer, type LoggedIn } from '../server.js';

let server: TestServer;
let origin: string;
let key: string;
let folder: string;
beforeAll(async () => {
  holdSweepers();
  server = await TestServer.start();
  origin = await listen(server.app);
  key = await server.serviceKey(['events']);
  folder = await mkdtemp(join(tmpdir(), 'curfew-events-'));
  await server.signUp('alice@example.test');
});
afterEach(() => NodeProcess.killAll());
afterAll(async () => {
  await rm(folder, { recursive: true });
  await server.stop();
});

async function listen(app: NestFastifyApplication): Promise<string> {
  await app.listen(0, '127.0.0.1');
  return `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
}
async function boot(): Promise<NodeProcess> {
  const node = await NodeProcess.boot({ DATABASE_URL: server.databaseUrl }, folder);
  await node.ready();
  return node;
}
async function stream(...asked: Parameters<typeof EventClient.open>): Promise<EventClient> {
  const client = await EventClient.open(...asked);
  onTestFinished(() => client.close());
  return client;
}
const logIn = (): Promise<LoggedIn> => server.logInAs({ login: 'alice@example.test', password: PASSWORD });
const logOut = ({ token }: LoggedIn) => server.post('/api/v1/auth/logout', bearer(token));
const pollAt = (at: string, query: string) => fetch(`${at}/api/v1/events${query}`, bearer(key) as RequestInit);
const now = async (): Promise<string> => ((await (await pollAt(origin, '')).json()) as { next: string }).next;
const endings = (client: EventClient): (string | undefined)[] =>
  client.received.filter(({ type }) => type === 'session.ended').map(({ event }) => event.data.sessionId);
async function logInAndOut(): Promise<string> {
  const user = await logIn();
  await logOut(user);
  return user.sessionId;
}

describe('P9 a node that ends', () => {
  it('P13 SIGTERM: streams end at once, polls are answered, exit 0 within 15 s, and the rest comes from another node', async () => {
    const node = await boot();
    const client = await stream(node.origin, key);
    const first = await logInAndOut();
    await expect.poll(() => endings(client)).toEqual([first]);
    const waiting = pollAt(node.origin, `?after=${await now()}&types=application.sessions_ended`);
    await pause(200);
    const startedAt = performance.now();

    node.child.kill('SIGTERM');
    await client.closed;
    const untilClosed = performance.now() - startedAt;
    const answer = await waiting;
    const second = await logInAndOut();
    const code = await node.exit;

    expect([code, untilClosed < 1_000, performance.now() - startedAt < 15_000]).toEqual([0, true, true]);
    expect([answer.status, await answer.json()]).toMatchObject([200, { events: [], hasMore: false }]);
    expect(client.comments.at(-1)).toBe('This node stops. Come again.');
    const rest = await stream(origin, key, { lastEventId: client.cursor });
    await expect.poll(() => endings(rest)).toEqual([second]);
  }, 30_000);

  it('kill -9: what it had not told comes from another node, none missing, none twice', async () => {
    const node = await boot();
    const client = await stream(node.origin, key);
    const sessions: string[] = [];
    for (let count = 0; count < 10; count++) sessions.push(await logInAndOut());
    await expect.poll(() => endings(client).length).toBeGreaterThan(4);

    node.child.kill('SIGKILL');
    await client.closed;
    for (let count = 0; count < 10; count++) sessions.push(await logInAndOut());
    const rest = await stream(origin, key, { lastEventId: client.cursor });

    await expect.poll(() => [...endings(client), ...endings(rest)]).toEqual(sessions);
  }, 30_000);
});

describe('a store that is away', () => {
  it('P3 polls that wait are 503 with Retry-After; a stream outlasts a short while, and ends after a longer one; nothing is lost', async () => {
    const proxy = await DatabaseProxy.start(server.databaseUrl);
    const { app } = await TestServer.node(proxy.url);
    onTestFinished(async () => {
      await app.close();
      proxy.stop();
    });
    const at = await listen(app);
    const client = await stream(at, key);
    const sessions = [await logInAndOut()];
    await expect.poll(() => endings(client)).toEqual(sessions);

    const waiting = pollAt(at, `?after=${await now()}&types=application.sessions_ended`);
    await pause(300);
    proxy.refuse();
    const refused = await waiting;
    sessions.push(await logInAndOut());
    await pause(1_500);
    proxy.heal();
    await expect.poll(() => endings(client), { timeout: 5_000 }).toEqual(sessions);

    proxy.refuse();
    sessions.push(await logInAndOut());
    const startedAt = performance.now();
    await client.closed;
    const seconds = (performance.now() - startedAt) / 1_000;
    proxy.heal();
    await expect.poll(async () => (await fetch(`${at}/health/ready`)).status, { timeout: 5_000 }).toBe(200);
    const rest = await stream(at, key, { lastEventId: client.cursor });

    await expect.poll(() => [...endings(client), ...endings(rest)]).toEqual(sessions);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(seconds).toBeGreaterThan(3);
    expect(seconds).toBeLessThan(10);
  }, 40_000);
});

describe('bad S6 a client that does not read', () => {
  const EVENTS = 60_000;
  const told = async () => {
    const { body } = await server.get('/metrics', bearer((await server.logInAdmin()).token));
    const count = (pattern: RegExp) => Number(pattern.exec(body)?.[1] ?? 0);
    return {
      events: count(/^curfew_events_delivered_total\{kind="stream"\} (\d+)/m),
      streams: count(/^curfew_event_listeners\{kind="stream"\} (\d+)/m),
    };
  };

  it('is told no more than fits on the way to it, keeps nobody else waiting, and then gets everything, once; or is cut', async () => {
    const from = await now();
    const { userId } = await logIn();
    await server.sql(
      `insert into session_events (user_id, type, session_id, application_id, contract, session_created_at, session_last_seen_at, user_agent)
       select $1, 'session.rotated', gen_random_uuid(), gen_random_uuid(), 'native', now(), now(), repeat('x', 500) from generate_series(1, $2::integer)`,
      [userId, EVENTS],
    );
    const before = (await told()).events;
    const query = `?after=${from}&types=session.rotated`;
    const [slow, dead] = [await stream(origin, key, { query }), await stream(origin, key, { query })];
    for (const client of [slow, dead]) client.pause();
    const settled = async () => {
      const [first, , second] = [await told(), await pause(1_000), await told()];
      return first.events === second.events && second.events > before;
    };
    await expect.poll(settled, { timeout: 20_000 }).toBe(true);

    const stuck = (await told()).events - before;
    const witness = await stream(origin, key, { query: '?types=session.ended' });
    const session = await logInAndOut();
    await expect.poll(() => endings(witness)).toEqual([session]);
    slow.resume();
    await expect.poll(() => slow.received.length, { timeout: 30_000 }).toBe(EVENTS);

    // A socket takes a few megabytes from both sides; two clients.
    expect(stuck).toBeLessThan(EVENTS);
    expect(new Set(slow.received.map(({ event }) => event.id)).size).toBe(EVENTS);
    await expect.poll(async () => (await told()).streams, { timeout: 35_000, interval: 500 }).toBe(2);
  }, 100_000);
});

describe('P14 how many may listen', () => {
  it('whoever left while its stream was opened is not counted', async () => {
    const listeners = async (): Promise<string | undefined> => {
      const { body } = await server.get('/metrics', bearer((await server.logInAdmin()).token));
      return /^curfew_event_listeners\{kind="stream"\} (\d+)/m.exec(body)?.[1];
    };
    const before = (await listeners()) ?? '0';
    const slow = server.sql(
      'do $$ begin lock table event_logs in access exclusive mode; perform pg_sleep(0.6); end $$',
    );
    await pause(100);
    const leaving = connect(Number(new URL(origin).port), '127.0.0.1');
    leaving.write(`GET /api/v1/events/stream HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${key}\r\n\r\n`);
    await pause(200);

    leaving.destroy();
    await slow;
    await pause(500);

    expect(await listeners()).toBe(before);
  });

  it('asvs 2.4.1 1,000 with one key and 2,000 at a node; whoever comes then is told when to come again, and others are served', async () => {
    const keys = [key, await server.serviceKey(['events']), await server.serviceKey(['events'])];
    const crowd: EventClient[] = [];
    onTestFinished(() => crowd.forEach((client) => client.close()));
    const openSome = (by: string, count: number) =>
      Promise.all(Array.from({ length: count }, () => EventClient.open(origin, by)));
    const open = async (by: string, count: number) => {
      for (let left = count; left > 0; left -= 50) crowd.push(...(await openSome(by, 50)));
    };
    await open(keys[0]!, 1_000);
    const ofKey = await EventClient.open(origin, keys[0]!);
    await open(keys[1]!, 1_000);
    const ofNode = await EventClient.open(origin, keys[2]!);
    const polled = await fetch(`${origin}/api/v1/events?after=oldest`, bearer(keys[2]!) as RequestInit);
    const session = await logInAndOut();

    await expect.poll(() => crowd.filter((client) => endings(client).includes(session)).length).toBe(2_000);
    expect([ofKey.status, ofKey.headers['retry-after'], (await ofKey.body()).code]).toEqual([
      429,
      '5',
      'TOO_MANY_REQUESTS',
    ]);
    expect([ofNode.status, ofNode.headers['retry-after'], (await ofNode.body()).code]).toEqual([
      503,
      '5',
      'OVERLOADED',
    ]);
    expect([polled.status, crowd.every(({ status }) => status === 200)]).toEqual([503, true]);
    crowd.forEach((client) => client.close());
    await expect
      .poll(async () => (await EventClient.open(origin, keys[0]!).then((client) => (client.close(), client))).status)
      .toBe(200);
  }, 60_000);
});

describe('P9 latency', () => {
  it('an ending is told within a quarter of a second of the answer to its logout', async () => {
    const node = await boot();
    const client = await stream(node.origin, key, { query: '?types=session.ended' });
    const answeredAt = new Map<string, number>();
    const users: LoggedIn[] = [];
    for (let count = 0; count < 300; count++) users.push(await logIn());
    for (const user of users) {
      await logOut(user);
      answeredAt.set(user.sessionId, performance.now());
      await pause(7);
    }
    await expect.poll(() => client.received.length, { timeout: 10_000 }).toBe(300);

    const ms = client.received.map(({ event, at }) => at - answeredAt.get(event.data.sessionId!)!);
    const [median, p99] = [percentile(ms, 50), percentile(ms, 99)];
    process.stdout.write(
      `answered logout to event: median ${median.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms of ${ms.length}\n`,
    );

    expect(median).toBeLessThan(250);
  }, 60_000);
});
