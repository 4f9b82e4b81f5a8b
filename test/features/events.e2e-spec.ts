import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { EventLog } from '../../src/event/event-log.js';
import { EventPosition } from '../../src/event/event-position.js';
import { EventFeed } from '../../src/features/events/event-feed.js';
import { EventFilter } from '../../src/features/events/event-filter.js';
import type { Listener } from '../../src/features/events/listener.js';
import { KeyClaim } from '../../src/features/events/listener-keys.js';
import { KeySecret } from '../../src/service-key/key-secret.js';
import { ServiceKeyChecks } from '../../src/service-key/service-key-checks.js';
import { EventClient } from '../event-client.js';
import { bearer, both, holdSweepers, json, PASSWORD, TestServer, type Answer, type LoggedIn } from '../server.js';

let server: TestServer;
let origin: string;
let other: NestFastifyApplication;
let otherOrigin: string;
let key: string;
beforeAll(async () => {
  holdSweepers();
  server = await TestServer.start();
  origin = await listen(server.app);
  other = (await TestServer.node(server.databaseUrl)).app;
  otherOrigin = await listen(other);
  key = await server.serviceKey(['events']);
});
afterAll(async () => {
  await other.close();
  await server.stop();
});

async function listen(app: NestFastifyApplication): Promise<string> {
  await app.listen(0, '127.0.0.1');
  return `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
}

interface Page {
  events: { id: string; type: string; data: Record<string, string> }[];
  next: string;
  hasMore: boolean;
}
const ask = (query = '', by = key): Promise<Answer> => server.get(`/api/v1/events${query}`, bearer(by));
const poll = async (query: string, by = key): Promise<Page> => (await ask(query, by)).json<Page>();
const now = async (by = key): Promise<string> => (await poll('', by)).next;
const logOut = (user: LoggedIn): Promise<Answer> => server.post('/api/v1/auth/logout', bearer(user.token));
const again = (login: string): Promise<LoggedIn> => server.logInAs({ login, password: PASSWORD });
const told = (page: Page): string[] => page.events.map(({ type, data }) => `${type} ${data['sessionId']}`);
async function stream(...asked: Parameters<typeof EventClient.open>): Promise<EventClient> {
  const client = await EventClient.open(...asked);
  onTestFinished(() => client.close());
  return client;
}
const heard = (client: EventClient): string[] =>
  client.received.map(({ type, event }) => `${type} ${event.data.sessionId}`);
async function anotherApplication(): Promise<string> {
  const { token } = await server.logInAdmin();
  const answer = await server.post('/api/v1/admin/applications', both(bearer(token), json({ name: 'Another' })));
  return answer.json<{ id: string }>().id;
}
async function removeKey(secret: string): Promise<void> {
  const id = Buffer.from(secret.slice(4), 'base64url').toString('hex', 0, 16);
  await server.sql('delete from service_keys where id = $1', [id]);
}

describe('GET /events', () => {
  it('from now on where no cursor is given: answers at once with the cursor, and then with what happened since', async () => {
    const begin = await poll('');
    const alice = await server.logIn('alice@example.test');
    await logOut(alice);

    const page = await poll(`?after=${begin.next}&types=session.ended`);

    expect([begin.events, begin.hasMore]).toEqual([[], false]);
    expect(page).toEqual({
      events: [
        {
          id: expect.stringMatching(/^\d+$/) as string,
          type: 'session.ended',
          timestamp: expect.stringMatching(/Z$/) as string,
          data: {
            applicationId: expect.any(String) as string,
            userId: alice.userId,
            sessionId: alice.sessionId,
            contract: 'native',
            cause: 'logout',
            createdAt: expect.stringMatching(/Z$/) as string,
            lastSeenAt: expect.stringMatching(/Z$/) as string,
            ip: '127.0.0.1',
            userAgent: 'lightMyRequest',
            label: null,
          },
        },
      ],
      next: expect.stringMatching(/^\d+-\d+-\d+$/) as string,
      hasMore: false,
    });
  });

  it('waits until there is something, and answers empty with a cursor moved on when its time is over', async () => {
    const bob = await server.logIn('bob@example.test');
    const from = await now();
    const startedAt = performance.now();
    const waiting = poll(`?after=${from}&types=session.ended&wait=20`);
    await pause(300);
    await logOut(bob);

    const page = await waiting;
    const seconds = (performance.now() - startedAt) / 1_000;
    const empty = await poll(`?after=${page.next}&types=session.ended&wait=1`);

    expect([told(page), seconds < 2]).toEqual([[`session.ended ${bob.sessionId}`], true]);
    expect([empty.events, empty.hasMore]).toEqual([[], false]);
    expect(performance.now() - startedAt).toBeGreaterThan(1_000);
  });

  it('may wait for longer than other requests may take', async () => {
    const from = await now();
    const startedAt = performance.now();

    const answer = await ask(`?after=${from}&types=application.sessions_ended&wait=11`);

    expect([answer.statusCode, answer.json<Page>().events]).toEqual([200, []]);
    expect(performance.now() - startedAt).toBeGreaterThan(10_900);
  }, 20_000);

  it('pages from the oldest on lead to the same events as one page does', async () => {
    for (let round = 0; round < 4; round++) await logOut(await server.logIn('paged@example.test'));
    await expect.poll(async () => told(await poll('?after=oldest&limit=500&wait=0')).length).toBeGreaterThan(8);
    const whole = await poll('?after=oldest&limit=500&wait=0');

    const ids: string[] = [];
    let page: Page = { events: [], next: 'oldest', hasMore: true };
    while (page.hasMore) {
      page = await poll(`?after=${page.next}&limit=3&wait=0`);
      expect(page.events.length).toBeLessThanOrEqual(3);
      ids.push(...page.events.map(({ id }) => id));
    }

    expect(ids.slice(0, whole.events.length)).toEqual(whole.events.map(({ id }) => id));
  });

  it('a key of one application is told its events alone', async () => {
    const id = await anotherApplication();
    const bound = await server.serviceKey(['events'], id);
    const from = await now(bound);
    const { token } = await server.logInAdmin();
    await logOut(await server.logIn('elsewhere@example.test'));
    await server.post(`/api/v1/admin/applications/${id}/sessions/end`, both(bearer(token), json({ reason: 'A test' })));

    const page = await poll(`?after=${from}`, bound);

    expect(page.events.map(({ type, data }) => [type, data['applicationId'], data['reason']])).toEqual([
      ['application.sessions_ended', id, 'A test'],
    ]);
    expect((await poll(`?after=oldest&wait=0`, bound)).events).toEqual(page.events);
  });

  it.each([
    ['?limit=-1', 'limit'],
    ['?limit=0', 'limit'],
    ['?limit=1000000000', 'limit'],
    ['?limit=1e9', 'limit'],
    ['?limit=501', 'limit'],
    ['?wait=26', 'wait'],
    ['?wait=-1', 'wait'],
    ['?after=yesterday', 'after'],
    ['?after=1-2', 'after'],
    ['?after=', 'after'],
    ['?after=1-1-1&after=2-2-2', 'after'],
    ['?types=session.ended,session.gone', 'types'],
    ['?types=', 'types'],
    ['?maxEvents=1', 'maxEvents'],
  ])('bad S10 400 for %s', async (query, field) => {
    const answer = await ask(query);

    expect([answer.statusCode, answer.json<{ errors: { field: string }[] }>().errors[0]!.field]).toEqual([400, field]);
  });

  it.each([
    ['?limit=-1', 'must be a whole number from 1 to 500'],
    ['?limit=1000000000', 'must be a whole number from 1 to 500'],
    ['?wait=26', 'must be a whole number of seconds from 0 to 25'],
  ])('400 for %s says what is allowed', async (query, message) => {
    const answer = await ask(query);

    expect(answer.json<{ errors: object[] }>().errors).toMatchObject([{ message }]);
  });

  it('bad S11 a cursor acknowledges nothing: that of a key of all shows and hides nothing to a key of one', async () => {
    const bound = await server.serviceKey(
      ['events'],
      (await server.sql<{ id: string }>('select id from applications'))[0]!.id,
    );
    const { next: foreign } = await poll('?after=oldest&limit=1&wait=0');
    const before = await poll('?after=oldest&wait=0', bound);

    await poll(`?after=${foreign}&wait=0`, bound);

    expect(await poll('?after=oldest&wait=0', bound)).toEqual(before);
  });

  it('400 names the types that are unknown', async () => {
    const answer = await ask('?types=session.ended,session.gone');

    expect(answer.json<{ errors: { message: string }[] }>().errors[0]!.message).toBe(
      'unknown: session.gone; there are session.started, session.rotated, session.ended, application.sessions_ended',
    );
  });

  it('410 for a cursor whose events are kept no longer, with the way to start over', async () => {
    const answer = await ask('?after=1-999999999999-1');

    expect([answer.statusCode, answer.json<{ code: string; detail: string }>()]).toMatchObject([
      410,
      { code: 'CURSOR_GONE', detail: expect.stringContaining('after=oldest') as string },
    ]);
  });

  it('401 for a session, 403 without the scope, at both routes', async () => {
    const { token } = await server.logInAdmin();
    const answers = await Promise.all(
      ['introspect', 'revoke', 'users', 'sessions', 'admin', 'metrics'].map(async (scope) => {
        const by = await server.serviceKey([scope]);
        return Promise.all(['', '/stream'].map((path) => ask(path, by)));
      }),
    );
    const sessions = await Promise.all(['', '/stream'].map((path) => ask(path, token)));

    expect(sessions.map(({ statusCode }) => statusCode)).toEqual([401, 401]);
    expect(answers.flat().map((answer) => [answer.statusCode, answer.json<{ code: string }>().code])).toEqual(
      answers.flat().map(() => [403, 'SCOPE_MISSING']),
    );
  });

  it('401 for a poll that waits when its key ends', async () => {
    const mine = await server.serviceKey(['events']);
    const waiting = ask(`?after=${await now()}&types=application.sessions_ended`, mine);
    await pause(200);
    await removeKey(mine);
    const startedAt = performance.now();

    const answer = await waiting;

    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([401, 'SERVICE_KEY_UNKNOWN']);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});

describe('GET /events/stream', () => {
  it('brings what happens, with cursor and type, under the headers of every answer', async () => {
    const client = await stream(origin, key, { query: '?types=session.started,session.ended' });
    const dora = await server.logIn('dora@example.test');
    await logOut(dora);

    await expect.poll(() => heard(client).filter((each) => each.endsWith(dora.sessionId))).toHaveLength(2);

    expect(heard(client).slice(-2)).toEqual([`session.started ${dora.sessionId}`, `session.ended ${dora.sessionId}`]);
    expect([client.status, client.retry, client.received.at(-1)!.cursor]).toEqual([
      200,
      '2000',
      expect.stringMatching(/^\d+-\d+-\d+$/),
    ]);
    expect(client.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.stringMatching(/^[\da-f]{12}-\w+$/) as string,
    });
  });

  it('goes on at another node from the last event that came: none is missing, none comes twice', async () => {
    const erin = await server.logIn('erin@example.test');
    const first = await stream(origin, key, { query: '?types=session.ended' });
    const sessions = [erin];
    for (let count = 0; count < 30; count++) sessions.push(await again('erin@example.test'));
    const ending = (async () => {
      for (const session of sessions) await logOut(session);
    })();
    await expect.poll(() => first.received.length, { interval: 5 }).toBeGreaterThan(8);
    first.close();
    const seen = heard(first);

    const second = await stream(otherOrigin, key, { query: '?types=session.ended', lastEventId: first.cursor });
    await ending;
    await expect.poll(() => seen.length + second.received.length).toBe(sessions.length);

    expect([...seen, ...heard(second)]).toEqual(sessions.map(({ sessionId }) => `session.ended ${sessionId}`));
  });

  it('catches up from the oldest through thousands of events, then follows', async () => {
    const { userId } = await server.logIn('many@example.test');
    const from = await now();
    await server.sql(
      `insert into session_events (user_id, type, session_id, application_id, contract, session_created_at, session_last_seen_at)
       select $1, 'session.rotated', gen_random_uuid(), gen_random_uuid(), 'native', now(), now() from generate_series(1, 3000)`,
      [userId],
    );
    const client = await stream(origin, key, { query: `?after=${from}&types=session.rotated` });

    await expect.poll(() => client.received.length).toBe(3_000);
    const { token } = await again('many@example.test');
    await server.post('/api/v1/auth/rotate', bearer(token));

    await expect.poll(() => client.received.length).toBe(3_001);
    expect(new Set(client.received.map(({ event }) => event.id)).size).toBe(3_001);
  });

  it('closes when its key ends, and tells no event that happened after that', async () => {
    const mine = await server.serviceKey(['events']);
    const frank = await server.logIn('frank@example.test');
    const client = await stream(origin, mine);
    const witness = await stream(origin, key);
    await removeKey(mine);
    const startedAt = performance.now();
    await logOut(frank);

    await client.closed;
    const seconds = (performance.now() - startedAt) / 1_000;

    await expect.poll(() => heard(witness)).toContain(`session.ended ${frank.sessionId}`);
    expect(heard(client)).not.toContain(`session.ended ${frank.sessionId}`);
    expect([seconds < 1.5, client.comments.at(-1)]).toEqual([true, 'The service key has ended.']);
  });

  it.each([
    ['expires', `expires_at = now() - interval '1 s'`],
    ['loses the scope', `scopes = '{introspect}'`],
    ['is bound to an application', `application_id = (select id from applications limit 1)`],
    ['is rotated, and the time of the old secret is over', `secret_hash = sha256('another')`],
  ])('closes within a second when its key %s', async (_, change) => {
    const mine = await server.serviceKey(['events']);
    const client = await stream(origin, mine);
    const id = Buffer.from(mine.slice(4), 'base64url').toString('hex', 0, 16);
    const startedAt = performance.now();
    await server.sql(`update service_keys set ${change} where id = $1`, [id]);

    await client.closed;

    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });

  it('400 for what is no cursor, 410 for one that is gone, before anything is sent', async () => {
    const bad = await stream(origin, key, { lastEventId: 'x' });
    const gone = await stream(origin, key, { query: '?after=1-999999999999-1' });

    expect([bad.status, (await bad.body()).code]).toEqual([400, 'VALIDATION_FAILED']);
    expect([gone.status, (await gone.body()).code]).toEqual([410, 'CURSOR_GONE']);
  });

  it('a heartbeat comes after some fifteen seconds, with a cursor that has moved past what the filter kept back', async () => {
    const client = await stream(origin, key, { query: '?types=application.sessions_ended' });
    await expect.poll(() => client.cursor).not.toBe('');
    const before = client.cursor;
    await logOut(await server.logIn('quiet@example.test'));

    await expect.poll(() => client.comments, { timeout: 17_000 }).toEqual(['still here']);

    expect([client.received, client.cursor === before]).toEqual([[], false]);
  }, 20_000);
});

describe('metrics', () => {
  it('count who listens, what was told, and how old it was', async () => {
    const client = await stream(origin, key);
    await logOut(await server.logIn('counted@example.test'));
    await expect.poll(() => client.received.length).toBeGreaterThan(0);

    const { body } = await server.get('/metrics', bearer((await server.logInAdmin()).token));

    for (const line of [
      /^curfew_event_listeners\{kind="stream"\} [1-9]/m,
      /^curfew_events_delivered_total\{kind="stream"\} [1-9]/m,
      /^curfew_events_delivered_total\{kind="poll"\} [1-9]/m,
      /^curfew_event_lag_seconds_count [1-9]/m,
    ])
      expect(body).toMatch(line);
  });
});

it('a listener that stops and goes on while a page is read for it is told each event once', async () => {
  const service = (await server.app.get(ServiceKeyChecks).ask({ secret: KeySecret.parse(key)!, tokens: [] }))!.service;
  const events: string[] = [];
  const listener: Listener & { position: EventPosition } = {
    kind: 'stream',
    claim: new KeyClaim(KeySecret.parse(key)!, service),
    filter: new EventFilter(null, []),
    position: EventPosition.parse(await now())!,
    isReady: true,
    take(batch) {
      this.position = batch.next;
      events.push(...batch.through(this.filter).events.map(({ event }) => event.id));
    },
    reachTip() {},
    interrupt() {},
    end() {},
  };
  await server.logIn('twice@example.test');
  const feed = server.app.get(EventFeed);
  onTestFinished(() => feed.leave(listener));

  await Promise.all([feed.follow(listener), feed.follow(listener)]);

  expect(events.length).toBeGreaterThan(0);
  expect(new Set(events).size).toBe(events.length);
});

describe('a cursor that no event ever stood at', () => {
  it('keeps nobody else waiting: others wait without asking on and on, and hear of what comes', async () => {
    const [generation, transactionId] = (await now()).split('-');
    const phantom = `${generation}-${transactionId}-9223372036854775807`;
    const first = await stream(origin, key, { query: `?after=${phantom}` });
    await expect.poll(() => first.cursor).toBe(phantom);
    await pause(200);

    const empty = await Promise.race([poll(`?after=${await now()}&wait=0`), pause(2_000)]);
    const second = await stream(origin, key);
    const read = vi.spyOn(server.app.get(EventLog), 'read');
    onTestFinished(() => read.mockRestore());
    await pause(1_000);
    const count = read.mock.calls.length;
    const user = await server.logIn('phantom@example.test');

    expect(empty).toMatchObject({ events: [], hasMore: false });
    expect(count).toBeLessThan(30);
    await expect.poll(() => heard(second)).toContain(`session.started ${user.sessionId}`);
    await expect.poll(() => heard(first)).toEqual(heard(second));
  });
});
