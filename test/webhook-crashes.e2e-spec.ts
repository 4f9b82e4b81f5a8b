import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { WebhookPost } from '../src/webhook/webhook-post.js';
import { HttpDoor } from './http-door.js';
import { NodeProcess } from './node-process.js';
import { Receiver } from './receiver.js';
import { ADMIN, bearer, both, json, keep, TestServer } from './server.js';

vi.setConfig({ testTimeout: 60_000 });

const RECOVERY = { timeout: 30_000, interval: 50 };

let folder: string;
let server: TestServer;
let receiver: Receiver;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'curfew-webhooks-'));
  // Nothing but the nodes of these tests delivers: this one has no part in it.
  vi.spyOn(WebhookPost.prototype, 'onApplicationBootstrap').mockImplementation(() => {});
  server = await TestServer.start();
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  NodeProcess.killAll();
  receiver.stop();
  await server.sql('delete from webhook_endpoints');
});

interface Node {
  process: NodeProcess;
  door: HttpDoor;
  token: string;
}

async function boot(settings?: NodeJS.ProcessEnv): Promise<Node> {
  const where = settings ?? { DATABASE_URL: server.databaseUrl };
  const node = await NodeProcess.boot({ ...where, WEBHOOK_ALLOWED_ADDRESSES: '127.0.0.1' }, folder);
  await node.ready();
  const door = new HttpDoor(node.origin);
  const login = await door.post('/api/v1/auth/login', json(ADMIN));
  const { token } = login.json() as { token: string };
  keep(token);
  return { process: node, door, token };
}

async function makeWebhook({ door, token }: Node): Promise<string> {
  const body = { url: receiver.url, types: ['session.ended'] };
  const made = (await door.post('/api/v1/admin/webhooks', both(bearer(token), json(body)))).json() as {
    secret: string;
  };
  keep(made.secret);
  return made.secret;
}

/** So many logins of the administrator; answers their tokens. */
async function logIn({ door }: Node, count: number): Promise<string[]> {
  const logins = await Promise.all(Array.from({ length: count }, () => door.post('/api/v1/auth/login', json(ADMIN))));
  return logins.map((login) => {
    const { token } = login.json() as { token: string };
    keep(token);
    return token;
  });
}

const logOut = ({ door }: Node, token: string) => door.post('/api/v1/auth/logout', bearer(token));
const endedIds = async (): Promise<string[]> =>
  (await server.sql<{ id: string }>("select id::text from session_events where type = 'session.ended'")).map(
    ({ id }) => id,
  );
const eventIds = (): string[] => receiver.of('session.ended').map(({ body }) => body.id);
/** How many webhook-ids each event came with: one, however often it came. */
const idsPerEvent = (): number[] => {
  const ids = new Map<string, Set<string>>();
  for (const { body, headers } of receiver.received)
    ids.set(body.id, (ids.get(body.id) ?? new Set()).add(headers['webhook-id']!));
  return [...ids.values()].map(({ size }) => size);
};

it('P9 kill -9 between an ending and its delivery: another node delivers all of it within 30 seconds', async () => {
  receiver = await Receiver.start((answer) => void setTimeout(() => answer.writeHead(204).end(), 30));
  const first = await boot();
  const secret = await makeWebhook(first);
  const tokens = await logIn(first, 40);
  const before = new Set(await endedIds());

  const answers = await Promise.all(tokens.map((token) => logOut(first, token)));
  first.process.child.kill('SIGKILL');
  await first.process.exit;
  const early = receiver.received.length;
  const second = await boot();
  const ended = (await endedIds()).filter((id) => !before.has(id));
  await expect.poll(() => new Set(eventIds()).size, RECOVERY).toBe(40);

  expect(answers.map(({ statusCode }) => statusCode)).toEqual(tokens.map(() => 204));
  expect(early).toBeLessThan(40);
  expect(new Set(eventIds())).toEqual(new Set(ended));
  expect(idsPerEvent()).toEqual(ended.map(() => 1));
  for (const { text, headers } of receiver.received) new Webhook(secret).verify(text, headers);
  second.door.close();
  first.door.close();
});

it('P9 kill -9 in the middle of a delivery: another node delivers it within 30 seconds, with the same webhook-id', async () => {
  receiver = await Receiver.start(() => {}); // Takes it, and does not answer.
  const first = await boot();
  await makeWebhook(first);
  const [token] = await logIn(first, 1);
  const before = new Set(await endedIds());

  await logOut(first, token!);
  await expect.poll(() => receiver.received.length, RECOVERY).toBe(1);
  const second = await boot();
  first.process.child.kill('SIGKILL');
  const killedAt = performance.now();
  receiver.answering = (answer) => void answer.writeHead(204).end();
  await expect.poll(() => receiver.received.length, RECOVERY).toBe(2);
  const seconds = (performance.now() - killedAt) / 1_000;

  const ended = (await endedIds()).filter((id) => !before.has(id));
  expect(eventIds()).toEqual([ended[0], ended[0]]);
  expect(idsPerEvent()).toEqual([1]);
  expect(seconds).toBeLessThan(30);
  await expect
    .poll(() => server.sql('select status, attempts from webhook_deliveries'), RECOVERY)
    .toEqual([{ status: 'delivered', attempts: 1 }]);
  [first, second].forEach(({ door }) => door.close());
});

it('P9 a crash of the database: what waits, and what ends after it, is delivered within 30 seconds', async () => {
  receiver = await Receiver.start((answer) => void answer.writeHead(503).end());
  const data = await mkdtemp(join(tmpdir(), 'curfew-webhooks-data-'));
  await chmod(data, 0o755);
  const node = await boot({ DATA_DIR: data });
  const secret = await makeWebhook(node);
  const tokens = await logIn(node, 2);
  await logOut(node, tokens[0]!);
  await expect.poll(() => receiver.received.length, RECOVERY).toBe(1);

  process.kill(Number.parseInt(await readFile(join(data, 'postgres', 'postmaster.pid'), 'utf8'), 10), 'SIGKILL');
  receiver.answering = (answer) => void answer.writeHead(204).end();
  await expect.poll(async () => (await logOut(node, tokens[1]!)).statusCode, RECOVERY).toBe(204);
  await expect.poll(() => new Set(eventIds()).size, RECOVERY).toBe(2);

  expect(idsPerEvent()).toEqual([1, 1]);
  expect(receiver.received.map(({ body }) => body.data['cause'])).toEqual(receiver.received.map(() => 'logout'));
  for (const { text, headers } of receiver.received) new Webhook(secret).verify(text, headers);
  node.door.close();
  node.process.child.kill('SIGTERM');
  expect(await node.process.exit).toBe(0);
  await rm(data, { recursive: true, force: true });
});
