import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createPlainServer, type AddressInfo, type Server as NetServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { AddressRule } from '../../src/webhook/address-rule.js';
import { WebhookSender, type Message, type Outcome } from '../../src/webhook/webhook-sender.js';
import { Receiver } from '../receiver.js';
import { SELF_SIGNED } from '../self-signed.js';
import { bearer, both, json, keep, TestServer } from '../server.js';

const PATIENCE = { connectMs: 300, totalMs: 600 };
const NEVER = new AbortController().signal;
const ALLOWED = new AddressRule(['127.0.0.1']);
const message = (url: string): Message => ({ url, headers: { 'content-type': 'application/json' }, body: '{}' });
const at = (...addresses: string[]): LookupAddress[] => addresses.map((address) => ({ address, family: 4 }));

/** What comes of one attempt, and how long it took in seconds. */
async function attempt(
  url: string,
  resolve?: () => Promise<LookupAddress[]>,
  rule = ALLOWED,
  patience = PATIENCE,
): Promise<Outcome & { seconds: number }> {
  const startedAt = performance.now();
  const outcome = await new WebhookSender(rule, resolve).send(message(url), patience, NEVER);
  return { ...outcome, seconds: (performance.now() - startedAt) / 1_000 };
}

/** A server of this test's own, on a port of its own. */
async function serving(server: NetServer, host = '127.0.0.1', port = 0): Promise<number> {
  server.listen(port, host);
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    (server as Partial<Server>).closeAllConnections?.();
  });
  return (server.address() as AddressInfo).port;
}

describe('asvs 13.2.4 13.2.5 addresses', () => {
  it('bad S1 a name that leads inside is refused, without asking there', async () => {
    let asked = 0;
    const port = await serving(createServer(() => (asked += 1)));

    const outcome = await attempt(`https://localhost:${port}/`, undefined, new AddressRule([]));

    expect(outcome).toMatchObject({ isDelivered: false, error: 'the address is not public' });
    expect(asked).toBe(0);
  });

  it.each([
    [['8.8.8.8', '10.0.0.1']],
    [['169.254.169.254']],
    [['8.8.8.8', '::1']],
    [['8.8.8.8', '::ffff:127.0.0.1']],
    [['64:ff9b::a00:1']],
  ])('bad S1 a name of which one address is private is refused: %j', async (addresses) => {
    const outcome = await attempt('https://shop.example.org/', async () => at(...addresses), new AddressRule([]));

    expect(outcome).toMatchObject({ isDelivered: false, error: 'the address is not public' });
  });

  it('bad S2 what was judged is what is connected to, and each attempt is judged anew', async () => {
    const [good, inside] = [{ asked: 0 }, { asked: 0 }];
    const answering = (counter: { asked: number }) =>
      createServer((_, answer) => {
        counter.asked += 1;
        answer.writeHead(204).end();
      });
    const port = await serving(answering(good));
    await serving(answering(inside), '127.0.0.2', port);
    const answers = [at('127.0.0.1'), at('127.0.0.2'), at('127.0.0.2', '127.0.0.1')];
    let resolved = 0;
    const rebinding = async () => answers[resolved++]!;
    const url = `http://rebinding.example.org:${port}/`;

    const outcomes = [await attempt(url, rebinding), await attempt(url, rebinding), await attempt(url, rebinding)];

    expect(outcomes.map(({ isDelivered, error }) => [isDelivered, error])).toEqual([
      [true, undefined],
      [false, 'the address is not public'],
      [false, 'the address is not public'],
    ]);
    expect([resolved, good.asked, inside.asked]).toEqual([3, 1, 0]);
  });

  it('bad S3 plain http goes to allowed addresses alone, also where a name leads to a public one', async () => {
    const outcome = await attempt('http://shop.example.org/', async () => at('8.8.8.8'));

    expect(outcome).toMatchObject({ isDelivered: false, error: 'plain http is for allowed addresses alone' });
  });

  it('a name without addresses, and one that does not resolve', async () => {
    const none = await attempt('https://shop.example.org/', async () => []);
    const unknown = await attempt('https://nowhere.invalid/', undefined, ALLOWED, { connectMs: 5_000, totalMs: 5_000 });

    expect(none.error).toBe('the name has no address');
    expect(unknown.error).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
  });

  it('a name server that is silent costs the time for connecting, and no more', async () => {
    const outcome = await attempt('https://shop.example.org/', () => new Promise(() => {}));

    expect(outcome).toMatchObject({ isDelivered: false, error: 'not connected in time' });
    expect(outcome.seconds).toBeLessThan(0.5);
  });
});

describe('answers', () => {
  it.each([301, 302, 303, 307, 308])('bad S5 asvs 15.3.2 %i is not followed', async (status) => {
    let followed = 0;
    const inside = await serving(createServer(() => (followed += 1)));
    const location = `http://127.0.0.1:${inside}/`;
    const port = await serving(createServer((_, answer) => void answer.writeHead(status, { location }).end()));

    const outcome = await attempt(`http://127.0.0.1:${port}/`);

    expect(outcome).toMatchObject({ isDelivered: false, status, error: 'redirects are not followed' });
    expect(followed).toBe(0);
  });

  it('bad S6 one that never comes', async () => {
    const port = await serving(createServer(() => {}));

    const outcome = await attempt(`http://127.0.0.1:${port}/`);

    expect(outcome).toMatchObject({ isDelivered: false, error: 'not answered in time' });
    expect(outcome.seconds).toBeLessThan(0.9);
  });

  it('bad S6 a head that comes letter by letter', async () => {
    const port = await serving(
      createPlainServer((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n').toString();
        const timer = setInterval(() => socket.write('x'), 20);
        socket.on('close', () => clearInterval(timer)).on('error', () => {});
      }),
    );

    const outcome = await attempt(`http://127.0.0.1:${port}/`);

    expect(outcome).toMatchObject({ isDelivered: false, error: 'not answered in time' });
  });

  it('bad S6 a handshake that never ends', async () => {
    const port = await serving(createPlainServer((socket) => void socket.on('error', () => {})));

    const outcome = await attempt(`https://127.0.0.1:${port}/`);

    expect(outcome).toMatchObject({ isDelivered: false, error: 'not connected in time' });
    expect(outcome.seconds).toBeLessThan(0.5);
  });

  it.each([
    [200, true],
    [500, false],
  ])('bad S6 an endless one of status %i is cut off: the status has said it', async (status, isDelivered) => {
    let isClosed = false;
    const port = await serving(
      createServer((_, answer) => {
        answer.writeHead(status);
        const timer = setInterval(() => answer.write('x'), 20);
        answer.on('close', () => {
          clearInterval(timer);
          isClosed = true;
        });
      }),
    );

    const outcome = await attempt(`http://127.0.0.1:${port}/`, undefined, ALLOWED, {
      connectMs: 1_000,
      totalMs: 10_000,
    });

    expect(outcome).toMatchObject({ isDelivered, status });
    expect(outcome.seconds).toBeLessThan(3);
    await expect.poll(() => isClosed).toBe(true);
  });

  it.each([
    [200, true],
    [503, false],
  ])('bad S7 one of a gibibyte with status %i is cut off after a little', async (status, isDelivered) => {
    let sent = 0;
    const port = await serving(
      createServer((_, answer) => {
        answer.writeHead(status, { 'content-length': 2 ** 30 });
        const chunk = Buffer.alloc(65_536, 'x');
        const pour = (): void => {
          while (!answer.destroyed && sent < 2 ** 30) {
            sent += chunk.length;
            if (!answer.write(chunk)) return void answer.once('drain', pour);
          }
        };
        answer.on('error', () => {});
        pour();
      }),
    );

    const outcome = await attempt(`http://127.0.0.1:${port}/`, undefined, ALLOWED, {
      connectMs: 1_000,
      totalMs: 10_000,
    });

    expect(outcome).toMatchObject({ isDelivered, status });
    expect(outcome.answer?.length ?? 0).toBeLessThanOrEqual(1_024);
    expect(outcome.seconds).toBeLessThan(2);
    expect(sent).toBeLessThan(32 * 2 ** 20);
  });

  it('what is kept of one is printable, and at most 1,024 characters', async () => {
    const text = `a\u0000\u001b[31m\u202eb${'é'.repeat(3_000)}`;
    const port = await serving(createServer((_, answer) => void answer.writeHead(500).end(text)));

    const { answer } = await attempt(`http://127.0.0.1:${port}/`);

    expect(answer).toMatch(/^a \[31m bé+$/);
    expect([...answer!]).toHaveLength(1_024);
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n', /^HPE_/],
    ['nothing', '', /^ECONNRESET$/],
    ['a head of 64 KiB', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(65_536)}\r\n\r\n`, /^HPE_HEADER_OVERFLOW$/],
    ['another protocol', 'HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n', /^hung up$/],
  ])('%s is a failure like any other', async (_, text, error) => {
    const port = await serving(createPlainServer((socket) => void socket.on('error', () => {}).end(text)));

    const outcome = await attempt(`http://127.0.0.1:${port}/`);

    expect(outcome).toMatchObject({ isDelivered: false, error: expect.stringMatching(error) as string });
  });

  it('asvs 12.3.1 a certificate that nobody vouches for is a failure', async () => {
    let asked = 0;
    const port = await serving(createSecureServer(SELF_SIGNED, () => (asked += 1)));

    const outcome = await attempt(`https://127.0.0.1:${port}/`);

    expect(outcome).toMatchObject({ isDelivered: false, error: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(asked).toBe(0);
  });

  it('no proxy of the environment comes between', async () => {
    let proxied = 0;
    const proxy = await serving(createServer(() => (proxied += 1)));
    const port = await serving(createServer((_, answer) => void answer.writeHead(204).end()));
    process.env['http_proxy'] = process.env['HTTP_PROXY'] = `http://127.0.0.1:${proxy}`;
    onTestFinished(() => {
      delete process.env['http_proxy'];
      delete process.env['HTTP_PROXY'];
    });

    expect([(await attempt(`http://127.0.0.1:${port}/`)).isDelivered, proxied]).toEqual([true, 0]);
  });
});

describe('the routes', () => {
  let server: TestServer;
  let token: string;
  beforeAll(async () => {
    server = await TestServer.start();
    ({ token } = await server.logInAdmin());
  });
  afterAll(() => server.stop());
  const make = (body: object) => server.post('/api/v1/admin/webhooks', both(bearer(token), json(body)));

  it.each([
    ['bad S1', { url: 'https://127.0.0.1/' }],
    ['bad S1', { url: 'https://[::1]/' }],
    ['bad S1', { url: 'https://169.254.169.254/' }],
    ['bad S1', { url: 'https://10.0.0.1/' }],
    ['bad S3', { url: 'http://shop.example.org/' }],
    ['bad S4', { url: 'https://user:password@shop.example.org/' }],
    ['bad S9', { url: 'https://shop.example.org/\r\nx-header: y' }],
    ['bad S9', { url: 'https://shop.example.org/', headers: { authorization: 'x\r\ny: z' } }],
    ['bad S9', { url: 'https://shop.example.org/', description: 'x\r\ny: z' }],
  ])('%s 400 for %j, when made and when changed', async (_, body) => {
    const made = (await make({ url: 'https://shop.example.org/' })).json<{ id: string; secret: string }>();
    keep(made.secret);

    const changed = await server.patch(`/api/v1/admin/webhooks/${made.id}`, both(bearer(token), json(body)));

    expect([(await make(body)).statusCode, changed.statusCode]).toEqual([400, 400]);
  });

  it('bad S1 a name that leads inside is found out when something is sent, and nothing of the inside is told', async () => {
    const inside = await Receiver.start();
    const made = (await make({ url: `https://localhost:${inside.port}/` })).json<{ id: string; secret: string }>();
    keep(made.secret);

    const answer = await server.post(`/api/v1/admin/webhooks/${made.id}/test`, bearer(token));
    inside.stop();

    expect(answer.json()).toMatchObject({
      status: 'dead',
      lastStatus: null,
      lastError: 'the address is not public',
      lastAnswer: null,
    });
    expect(inside.received).toEqual([]);
  });
});

describe('one slow endpoint', () => {
  let server: TestServer;
  const receivers: Receiver[] = [];
  beforeAll(async () => {
    server = await TestServer.start({ WEBHOOK_ALLOWED_ADDRESSES: '127.0.0.1' });
  });
  afterEach(() => receivers.splice(0).forEach((receiver) => receiver.stop()));
  afterAll(() => server.stop());

  it('keeps no other waiting, and has at most four requests at a time', async () => {
    const { token } = await server.logInAdmin();
    let [open, most] = [0, 0];
    const slow = await Receiver.start((answer) => {
      most = Math.max(most, ++open);
      answer.on('close', () => (open -= 1));
    });
    const quick = await Receiver.start();
    receivers.push(slow, quick);
    for (const { url } of receivers) {
      const made = await server.post(
        '/api/v1/admin/webhooks',
        both(bearer(token), json({ url, types: ['session.ended'] })),
      );
      keep(made.json<{ secret: string }>().secret);
    }
    const { userId } = await server.logIn('many@example.test');
    await server.sql(
      `insert into sessions (user_id, id, application_id, contract, secret_hash, idle_until, expires_at)
       select user_id, gen_random_uuid(), application_id, contract, sha256(n::text::bytea), now() + interval '1 h', now() + interval '1 h'
       from sessions, generate_series(1, 99) n where user_id = $1`,
      [userId],
    );

    await server.sql('delete from sessions where user_id = $1', [userId]);
    await expect.poll(() => quick.received.length, { timeout: 4_000, interval: 20 }).toBe(100);
    const early = await server.logIn('early@example.test');
    await server.post('/api/v1/auth/logout', bearer(early.token));
    await expect.poll(() => quick.ended().at(-1), { timeout: 1_500, interval: 20 }).toBe(early.sessionId);

    expect([most, slow.received.length]).toEqual([4, 4]);
    expect(new Set(quick.ended()).size).toBe(101);
  });
});
