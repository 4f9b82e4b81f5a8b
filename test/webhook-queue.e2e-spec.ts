import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { MIGRATIONS } from '../migrations/index.js';
import { BackgroundStore } from '../src/database/background-store.js';
import { prepareDatabase } from '../src/database/database-preparation.js';
import { WebhookKeeper } from '../src/webhook/webhook-keeper.js';
import { WebhookPost } from '../src/webhook/webhook-post.js';
import { WebhookQueue } from '../src/webhook/webhook-queue.js';
import { WebhookRelay } from '../src/webhook/webhook-relay.js';
import { DatabaseProxy } from './database-proxy.js';
import { Receiver } from './receiver.js';
import { ADMIN, bearer, both, holdSweepers, json, keep, TestServer } from './server.js';

const soon = { timeout: 10_000, interval: 20 };

let server: TestServer;
let token: string;
beforeAll(async () => {
  holdSweepers();
  server = await TestServer.start({ WEBHOOK_ALLOWED_ADDRESSES: '127.0.0.1' });
  ({ token } = await server.logInAdmin());
});
afterAll(() => server.stop());

/** A webhook of endings with a receiver of its own. */
async function listening(): Promise<{ id: string; receiver: Receiver }> {
  const receiver = await Receiver.start();
  const body = json({ url: receiver.url, types: ['session.ended'] });
  const made = (await server.post('/api/v1/admin/webhooks', both(bearer(token), body))).json<{
    id: string;
    secret: string;
  }>();
  keep(made.secret);
  onTestFinished(async () => {
    receiver.stop();
    await server.sql('delete from webhook_endpoints');
  });
  return { id: made.id, receiver };
}

async function endMany(count: number): Promise<void> {
  const { userId } = await server.logIn('many@example.test');
  await server.sql(
    `insert into sessions (user_id, id, application_id, contract, secret_hash, idle_until, expires_at)
     select user_id, gen_random_uuid(), application_id, contract, sha256(n::text::bytea), now() + interval '1 h', now() + interval '1 h'
     from sessions, generate_series(2, $2::int) n where user_id = $1`,
    [userId, count],
  );
  await server.sql('delete from sessions where user_id = $1', [userId]);
}

const statuses = async (): Promise<unknown> =>
  server.sql('select status, count(*)::int from webhook_deliveries group by status order by status');

it('two nodes deliver more events than fit a page, each once, and leave no job behind', async () => {
  const other = await TestServer.node(server.databaseUrl, { WEBHOOK_ALLOWED_ADDRESSES: '127.0.0.1' });
  onTestFinished(() => other.app.close());
  const { receiver } = await listening();

  await endMany(1_200);

  await expect.poll(() => receiver.received.length, soon).toBe(1_200);
  await expect.poll(statuses, soon).toEqual([{ status: 'delivered', count: 1_200 }]);
  expect(new Set(receiver.ended()).size).toBe(1_200);
  await expect.poll(() => server.sql('select state from webhook_queue.job'), soon).toEqual([]);
  expect(receiver.received).toHaveLength(1_200);
});

it('a relay that fails before its commit has made nothing, and makes all of it in the next turn', async () => {
  const { receiver } = await listening();
  const enqueue = vi
    .spyOn(server.app.get(WebhookQueue), 'enqueue')
    .mockRejectedValueOnce(new Error('the connection was lost'));
  onTestFinished(() => enqueue.mockRestore());

  await endMany(3);

  await expect.poll(() => enqueue.mock.results.length, soon).toBeGreaterThan(1);
  await expect.poll(() => receiver.received.length, soon).toBe(3);
  await expect.poll(statuses, soon).toEqual([{ status: 'delivered', count: 3 }]);
});

it('a store that takes its time over a page for many endpoints gets it in pieces that it has the time for', async () => {
  await server.sql(`
    create function slowly() returns trigger language plpgsql as $$ begin perform pg_sleep(0.0015); return new; end $$;
    create trigger slowly before insert on webhook_deliveries for each row execute function slowly()`);
  onTestFinished(() => server.sql('drop function slowly cascade').then(() => {}));
  const listeners = await Promise.all(Array.from({ length: 8 }, listening));

  await endMany(500);

  await expect
    .poll(() => server.sql('select count(*)::int from webhook_deliveries'), { timeout: 25_000, interval: 200 })
    .toEqual([{ count: 8 * 500 }]);
  await expect
    .poll(() => listeners.map(({ receiver }) => receiver.received.length), { timeout: 25_000, interval: 100 })
    .toEqual(listeners.map(() => 500));
}, 60_000);

it.each(['7-1-0', '1-99999999-0', 'nonsense'])(
  'a relay whose position means nothing, such as %s, goes on with all that is kept; nothing comes that came',
  async (position) => {
    const { receiver } = await listening();
    await endMany(2);
    await expect.poll(statuses, soon).toEqual([{ status: 'delivered', count: 2 }]);
    await server.sql('update webhook_relays set position = $1', [position]);

    await endMany(1);

    await expect.poll(() => receiver.received.length, soon).toBe(3);
    expect(new Set(receiver.ended()).size).toBe(3);
  },
);

it('nobody listens: events make no deliveries, and nothing is read again later', async () => {
  await endMany(5);
  expect(await server.app.get(WebhookRelay).relay()).toBe('nobody_listens');

  const { receiver } = await listening();
  await endMany(1);

  await expect.poll(() => receiver.received.length, soon).toBe(1);
  expect(await statuses()).toMatchObject([{ count: 1 }]);
});

it('what no job calls for any more is called for by the keeper', async () => {
  const { receiver } = await listening();
  receiver.answering = (answer) => void answer.writeHead(500).end();
  await endMany(1);
  await expect.poll(() => server.sql('select attempts from webhook_deliveries'), soon).toEqual([{ attempts: 1 }]);
  await expect.poll(() => server.sql("select from webhook_queue.job where state = 'active'"), soon).toEqual([]);
  await server.sql('delete from webhook_queue.job');
  await server.sql("update webhook_deliveries set next_attempt_at = now() - interval '1 minute'");
  receiver.answering = (answer) => void answer.writeHead(204).end();

  await server.app.get(WebhookKeeper).keep();

  await expect.poll(statuses, soon).toEqual([{ status: 'delivered', count: 1 }]);
});

it('delivered and dead ones go after 30 days, waiting ones never; those of a deleted webhook with it', async () => {
  const { id } = await listening();
  const { id: deleted } = await listening();
  await server.sql(
    `insert into webhook_deliveries (id, endpoint_id, event_id, type, body, retry_until, status, next_attempt_at, last_attempt_at)
     select gen_random_uuid(), endpoint_id::uuid, status || days, 'session.ended', '{}', now(), status, now() + interval '1 hour', now() - days * interval '1 day'
     from unnest($1::text[]) as endpoint_id, unnest(array['pending', 'delivered', 'dead']) as status, unnest(array[1, 29, 31]) as days`,
    [[id, deleted]],
  );
  await server.delete(`/api/v1/admin/webhooks/${deleted}`, bearer(token));

  await server.app.get(WebhookKeeper).keep();

  const kept = await server.sql('select event_id as kept, endpoint_id from webhook_deliveries order by event_id');
  expect(kept).toEqual(
    ['dead1', 'dead29', 'delivered1', 'delivered29', 'pending1', 'pending29', 'pending31'].map((left) => ({
      kept: left,
      endpoint_id: id,
    })),
  );
  expect(await server.sql('select id from webhook_endpoints')).toEqual([{ id }]);
});

it('a store that is away at the start keeps nothing from starting: the queue begins when it is back', async () => {
  const proxy = await DatabaseProxy.start(server.databaseUrl);
  const store = new BackgroundStore(proxy.url, false);
  const queue = new WebhookQueue(store);
  onTestFinished(async () => {
    await queue.stop();
    await store.onApplicationShutdown();
    proxy.stop();
  });
  proxy.refuse();
  await expect(queue.start()).rejects.toThrow(/ECONNRESET|ECONNREFUSED|terminated/);
  await expect(queue.take(1)).rejects.toThrow(/ECONNRESET|ECONNREFUSED|terminated/);
  await server.sql('update webhook_queue.version set maintained_on = null');
  proxy.heal();

  await queue.start();

  await expect
    .poll(() => server.sql('select from webhook_queue.version where maintained_on is not null'), soon)
    .toHaveLength(1);
});

it.each(['idle', 'working'])(
  'a connection that is lost in a transaction, while %s, fails that one alone',
  async (state) => {
    const store = server.app.get(BackgroundStore);

    const broken = store.transaction(async (run) => {
      const [{ pid }] = (await run('select pg_backend_pid() as pid')) as [{ pid: number }];
      const sleeping = state === 'working' ? run('select pg_sleep(5)') : undefined;
      const settled = sleeping?.catch(() => {});
      await server.sql('select pg_terminate_backend($1)', [pid]);
      await (settled ?? new Promise((resolve) => setTimeout(resolve, 200)));
      await (sleeping ?? run('select 1'));
    });

    await expect(broken).rejects.toThrow(/terminat|not queryable|connection/i);
    expect(await store.run('select 1 as one')).toEqual([{ one: 1 }]);
  },
);

it('the end of a node gives back what it was sending: another node sends it at once', async () => {
  const { receiver } = await listening();
  receiver.answering = () => {};
  const post = server.app.get(WebhookPost);
  await endMany(1);
  await expect.poll(() => receiver.received.length, soon).toBe(1);
  const startedAt = performance.now();

  await post.beforeApplicationShutdown();
  const stopped = performance.now() - startedAt;
  receiver.answering = (answer) => void answer.writeHead(204).end();
  const other = await TestServer.node(server.databaseUrl, { WEBHOOK_ALLOWED_ADDRESSES: '127.0.0.1' });
  onTestFinished(() => other.app.close());

  await expect.poll(() => receiver.received.length, { timeout: 3_000, interval: 20 }).toBe(2);
  expect(stopped).toBeLessThan(3_500);
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  await expect.poll(statuses, soon).toEqual([{ status: 'delivered', count: 1 }]);
});

it('two Curfews, each in a schema of one database, deliver each its own', async () => {
  const nodes = await Promise.all(
    ['curfew_a', 'curfew_b'].map(async (schema) => {
      await server.sql(`create schema ${schema}`);
      const url = Object.assign(new URL(server.databaseUrl), { search: `?options=-c%20search_path%3D${schema}` }).href;
      await prepareDatabase(url, MIGRATIONS, true, () => {});
      const { app } = await TestServer.node(url, { WEBHOOK_ALLOWED_ADDRESSES: '127.0.0.1' });
      onTestFinished(() => app.close());
      return app;
    }),
  );
  const receivers = await Promise.all(nodes.map(() => Receiver.start()));
  onTestFinished(() => receivers.forEach((receiver) => receiver.stop()));

  const ended = await Promise.all(
    nodes.map(async (node, index) => {
      const login = async () => {
        const answer = await node.inject({ method: 'POST', url: '/api/v1/auth/login', payload: ADMIN });
        const { token: theirs, session } = answer.json<{ token: string; session: { id: string } }>();
        keep(theirs);
        return { headers: bearer(theirs).headers!, sessionId: session.id };
      };
      const [admin, leaving] = [await login(), await login()];
      const payload = { url: receivers[index]!.url, types: ['session.ended'] };
      const made = await node.inject({
        method: 'POST',
        url: '/api/v1/admin/webhooks',
        headers: admin.headers,
        payload,
      });
      keep(made.json<{ secret: string }>().secret);
      await node.inject({ method: 'POST', url: '/api/v1/auth/logout', headers: leaving.headers });
      return [leaving.sessionId];
    }),
  );

  await expect.poll(() => receivers.map((receiver) => receiver.ended()), soon).toEqual(ended);
});
