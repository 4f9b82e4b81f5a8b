import { hash } from '@node-rs/argon2';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ADMIN, PASSWORD } from '../server.js';
import { BurningCluster } from './burning-cluster.js';
import { poll, receive, stream, type Hearing } from './listeners.js';

const SESSIONS = Number(process.env['FIRE_SESSIONS'] ?? 20_000);
const USERS = 200;
const CLIENTS = 40;
// What is refused once is delivered again after seconds, and a killed node's deliveries after its jobs expire.
const PATIENCE_MS = 180_000;

let cluster: BurningCluster;
beforeAll(async () => {
  cluster = await BurningCluster.start(3, { WEBHOOK_ALLOWED_ADDRESSES: '127.0.0.1/32' });
});
afterAll(() => cluster.stop());

/** Until it is answered with one of these, whichever node or store dies meanwhile. */
async function insist(statuses: number[], path: string, options: RequestInit): Promise<Response> {
  for (;;) {
    const answer = await fetch(cluster.origin() + path, options).catch(() => undefined);
    if (answer && statuses.includes(answer.status)) return answer;
    await answer?.arrayBuffer().catch(() => {});
    await pause(20);
  }
}

const asJson = (body: object, token?: string): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
  body: JSON.stringify(body),
});

/** Users whose password costs next to nothing to check: logins are to be many. */
async function makeUsers(): Promise<void> {
  const cheap = await hash(PASSWORD, { memoryCost: 8, timeCost: 1, parallelism: 1 });
  await cluster.sql(
    `with made as (
       insert into users (id, application_id, username, password_hash)
       select gen_random_uuid(), applications.id, 'fire' || n, $1 from applications, generate_series(0, $2::integer - 1) as n
       returning id, application_id, username
     )
     insert into identities (application_id, name, user_id) select application_id, username, id from made`,
    [cheap, USERS],
  );
}

it(`P9 ${SESSIONS} sessions, a node killed, the database crashed: every ending is heard, by poll, by stream and by webhook`, async () => {
  await makeUsers();
  const entered = await insist([200], '/api/v1/auth/login', asJson(ADMIN));
  const { token: admin } = (await entered.json()) as { token: string };
  const made = await insist(
    [201],
    '/api/v1/admin/service-keys',
    asJson({ name: 'fire', scopes: ['events'], applicationId: null }, admin),
  );
  const { key } = (await made.json()) as { key: string };
  const receiver = await receive();
  await insist(
    [201],
    '/api/v1/admin/webhooks',
    asJson({ url: receiver.url, types: ['session.ended'], applicationId: null }, admin),
  );
  const first = await insist([200], '/api/v1/events', { headers: { authorization: `Bearer ${key}` } });
  const { next: cursor } = (await first.json()) as { next: string };
  const [since] = await cluster.sql<{ id: string }>('select coalesce(max(id), 0) as id from session_events');
  const stop = new AbortController();
  const polled = await poll(cluster, key, cursor, stop.signal);
  const streamed = await stream(cluster, key, cursor, stop.signal);

  const endedAt = new Map<string, number>();
  let done = 0;
  const client = async (place: number): Promise<void> => {
    for (let round = 0; done < SESSIONS; round++) {
      done += 1;
      const login = `fire${(place + round * CLIENTS) % USERS}`;
      const started = await insist([200], '/api/v1/auth/login', asJson({ login, password: PASSWORD }));
      const { token, session } = (await started.json()) as { token: string; session: { id: string } };
      await insist([204], '/api/v1/auth/logout', asJson({}, token));
      endedAt.set(session.id, performance.now());
    }
  };
  const clients = Promise.all(Array.from({ length: CLIENTS }, (_, place) => client(place)));
  const reached = (share: number) =>
    vi.waitUntil(() => done >= SESSIONS * share, { timeout: PATIENCE_MS, interval: 20 });
  await reached(0.25);
  await cluster.kill(1);
  await reached(0.4);
  await cluster.boot(1);
  await reached(0.55);
  await cluster.crashDatabase();
  await reached(0.7);
  await cluster.kill(2);
  await cluster.boot(2);
  await clients;
  // A login whose answer was lost has left a session that nobody knows.
  await cluster.sql(
    `delete from sessions using users where users.id = sessions.user_id and users.username like 'fire%'`,
  );

  const truth = await cluster.sql<{ id: string; type: string; session: string }>(
    'select id, type, session_id as session from session_events where id > $1 order by id',
    [since!.id],
  );
  const endings = truth.filter(({ type }) => type === 'session.ended');
  const endingIds = new Set(endings.map(({ id }) => id));
  const heardAll = (hearing: Hearing) => [...endingIds].every((id) => hearing.firstAt.has(id));
  const hearings = [polled, streamed, receiver.hearing];
  await vi.waitUntil(() => hearings.every(heardAll), { timeout: PATIENCE_MS, interval: 250 }).catch(() => {});
  stop.abort();
  receiver.server.close();

  // Every session that was answered is ended once, and nothing is ended that was not started.
  const counts = new Map<string, number>();
  for (const { session } of endings) counts.set(session, (counts.get(session) ?? 0) + 1);
  expect([...endedAt.keys()].filter((id) => counts.get(id) !== 1)).toEqual([]);
  for (const hearing of hearings) {
    const heard = hearing.idsOf('session.ended');
    expect([...endingIds].filter((id) => !heard.has(id))).toEqual([]);
    expect([...heard].filter((id) => !endingIds.has(id))).toEqual([]);
  }
  for (const hearing of [polled, streamed]) expect(outOfOrder(hearing)).toEqual([]);
  // The same event always came under the same id.
  expect(receiver.deliveryIds.size).toBe(endingIds.size);
  expect(new Set(receiver.deliveryIds.values()).size).toBe(endingIds.size);
  report('poll', polled, endings, endedAt);
  report('stream', streamed, endings, endedAt);
  report('webhook', receiver.hearing, endings, endedAt);
});

/** Sessions whose ending was heard before their start. */
function outOfOrder({ events }: Hearing): string[] {
  const started = new Set<string>();
  const wrong: string[] = [];
  for (const { type, data } of events) {
    if (type === 'session.started') started.add(data.sessionId);
    if (type === 'session.ended' && !started.has(data.sessionId)) wrong.push(data.sessionId);
  }
  return wrong;
}

function report(
  name: string,
  { events, firstAt }: Hearing,
  endings: { id: string; session: string }[],
  endedAt: Map<string, number>,
): void {
  const delays = endings
    .flatMap(({ id, session }) => (endedAt.has(session) ? [firstAt.get(id)! - endedAt.get(session)!] : []))
    .toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(delays[Math.floor(delays.length * share)] ?? NaN);
  const repeats = events.length - new Set(events.map(({ id }) => id)).size;
  console.log(
    `${name}: ${endings.length} endings, ${repeats} events came again, delay p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, last ${at(0.999)} ms`,
  );
}
