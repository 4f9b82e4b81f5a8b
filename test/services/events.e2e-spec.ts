import {
  createCurfewClient,
  CurfewMisconfigured,
  CursorGone,
  type CurfewClient,
  type CurfewEvent,
} from 'curfew/client';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { listen } from '../raw-request.js';
import { bearer, keep, TestServer } from '../server.js';

let server: TestServer;
let url: string;
let serviceKey: string;
const clients: CurfewClient[] = [];
beforeAll(async () => {
  server = await TestServer.start();
  url = `http://127.0.0.1:${await listen(server.app)}`;
  serviceKey = await server.serviceKey(['events']);
  keep(serviceKey);
});
afterEach(() => clients.splice(0).forEach((client) => client.close()));
afterAll(() => server.stop());

function startClient(at = url, key = serviceKey): CurfewClient {
  const client = createCurfewClient({ url: at, serviceKey: key, log: () => {} });
  clients.push(client);
  return client;
}

/** Everything that is heard, for as long as its client is open. */
function hear(client: CurfewClient, options: Parameters<CurfewClient['events']>[0]): CurfewEvent[] {
  const heard: CurfewEvent[] = [];
  void (async () => {
    for await (const event of client.events(options)) heard.push(event);
  })();
  return heard;
}

async function logInAndOut(name: string): Promise<string> {
  const { token, sessionId } = await server.logIn(name);
  await server.post('/api/v1/auth/logout', bearer(token));
  return sessionId;
}

const endings = (events: CurfewEvent[]): unknown[] => events.map(({ data }) => data['sessionId']);

it('hears of a login and of its logout, in this order and with the cause', async () => {
  const heard = hear(startClient(), { after: 'oldest' });

  const sessionId = await logInAndOut('alice@example.test');

  const ofAlice = (): CurfewEvent[] => heard.filter(({ data }) => data['sessionId'] === sessionId);
  await expect
    .poll(() => ofAlice().map(({ type, data }) => [type, data['cause']]), { timeout: 5_000 })
    .toEqual([
      ['session.started', undefined],
      ['session.ended', 'logout'],
    ]);
});

it('goes on from a cursor at another node: none is missed', async () => {
  const first = hear(startClient(), { after: 'oldest', types: ['session.ended'] });
  const before = await logInAndOut('bert@example.test');
  await vi.waitUntil(() => endings(first).includes(before));
  clients.pop()!.close();
  const missed = [await logInAndOut('bert@example.test'), await logInAndOut('carla@example.test')];

  const other = (await TestServer.node(server.databaseUrl)).app;
  const second = hear(startClient(`http://127.0.0.1:${await listen(other)}`), {
    after: first.at(-1)!.cursor,
    types: ['session.ended'],
  });
  await expect.poll(() => endings(second), { timeout: 5_000 }).toEqual(missed);
  await other.close();
});

it('waits while Curfew is away, and goes on when it is there again', { timeout: 30_000 }, async () => {
  const node = (await TestServer.node(server.databaseUrl)).app;
  const port = await listen(node);
  const heard = hear(startClient(`http://127.0.0.1:${port}`), { after: 'oldest', types: ['session.ended'] });
  const before = await logInAndOut('dora@example.test');
  await vi.waitUntil(() => endings(heard).includes(before), { timeout: 5_000 });

  node.getHttpServer().close().closeAllConnections();
  const meanwhile = await logInAndOut('dora@example.test');
  const again = (await TestServer.node(server.databaseUrl)).app;
  await again.listen(port, '127.0.0.1');

  await expect.poll(() => endings(heard).slice(-2), { timeout: 15_000 }).toEqual([before, meanwhile]);
  await Promise.all([node, again].map((app) => app.close()));
});

it('CursorGone for a cursor that this database never gave out; CurfewMisconfigured for a key that may not listen', async () => {
  const key = await server.serviceKey(['introspect']);
  keep(key);

  await expect(startClient().events({ after: '1-999999999999-1' }).next()).rejects.toBeInstanceOf(CursorGone);
  await expect(startClient(url, key).events().next()).rejects.toBeInstanceOf(CurfewMisconfigured);
});
