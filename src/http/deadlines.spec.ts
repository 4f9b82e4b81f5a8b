import { fastify, type FastifyInstance } from 'fastify';
import { once } from 'node:events';
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DomainError } from '../errors/domain.error.js';
import { limitHandling, renewDeadline } from './deadlines.js';
import { takeEach } from './entrance.js';

const LIMIT_MS = 400;

let server: FastifyInstance;
let opened: ClientRequest[];
let agent: Agent;
let connections: number;
let source: Readable;

beforeEach(async () => {
  opened = [];
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
  // Node looks for slow requests this often, and would give them up after this long.
  server = fastify({
    requestTimeout: LIMIT_MS,
    http: { headersTimeout: LIMIT_MS, connectionsCheckingInterval: LIMIT_MS / 8 } as object,
  });
  connections = 0;
  server.server.on('connection', () => connections++);
  takeEach(server, [limitHandling(server, LIMIT_MS)]);
  server.setErrorHandler((error, _, reply) => {
    void reply.status(503).send({ code: error instanceof DomainError ? error.code : 'INTERNAL' });
  });
  server.addContentTypeParser('text/slow', (_, body, done) => done(null, body));
  server.post('/slow', async (asked) => {
    let count = 0;
    for await (const piece of asked.body as AsyncIterable<Buffer>) {
      renewDeadline(asked, LIMIT_MS);
      count += piece.length;
    }
    return { count };
  });
  server.get('/quick', async () => ({ ok: true }));
  server.get('/hangs', () => new Promise(() => {}));
  server.post('/hangs', () => new Promise(() => {}));
  server.get('/long', (asked, reply) => {
    const pieces = function* (): Generator<string> {
      for (;;) {
        renewDeadline(asked, LIMIT_MS);
        yield 'x'.repeat(65_536);
      }
    };
    source = Readable.from(pieces(), { objectMode: false });
    return reply.send(source);
  });
  server.get('/begins', (_, reply) => {
    reply.hijack();
    reply.raw.writeHead(200).write('a first piece');
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(async () => {
  opened.forEach((each) => each.destroy());
  agent.destroy();
  await server.close();
});

describe('a deadline', () => {
  it.each([
    ['GET', undefined],
    ['POST', '{"read":"already"}'],
  ])('P14 refuses a %s that hangs, once its time is over', async (method, body) => {
    const before = performance.now();

    const answer = await ask(method, '/hangs', body);

    expect(answer).toEqual({ status: 503, text: '{"code":"OVERLOADED"}' });
    expect(performance.now() - before).toBeGreaterThan(LIMIT_MS);
    expect(performance.now() - before).toBeLessThan(4 * LIMIT_MS);
  });

  it('is renewed by a handler whose body comes slowly; Node, which knows of no renewal, does not give it up', async () => {
    const asking = openSlow('/slow');
    for (let piece = 0; piece < 6; piece++) {
      asking.write('x');
      await pause(LIMIT_MS / 2);
    }
    asking.end();

    const [answer] = (await once(asking, 'response')) as [IncomingMessage];

    expect(answer.statusCode).toBe(200);
    answer.resume();
  });

  it('P14 is Node’s where nobody renews it: a body that never comes whole is given up', async () => {
    const asking = openSlow('/hangs').on('error', () => {});
    asking.write('x');

    const [answer] = (await once(asking, 'response')) as [IncomingMessage];

    expect([408, 503]).toContain(answer.statusCode);
    answer.resume();
  });

  it('bad D3 cuts a long answer that nobody reads any more, and its source with it', async () => {
    const [answer] = (await once(open('GET', '/long').end(), 'response')) as [IncomingMessage];
    answer.on('error', () => {});
    const before = performance.now();

    await once(source, 'close');

    expect(performance.now() - before).toBeLessThan(6 * LIMIT_MS);
    answer.destroy();
  });

  it('leaves what is answered in time alone, also on a connection that stays open', async () => {
    const answers = [await ask('GET', '/quick'), await ask('GET', '/hangs'), await ask('GET', '/quick')];

    expect(answers.map(({ status }) => status)).toEqual([200, 503, 200]);
    expect(connections).toBe(1);
  });

  it('leaves an answer alone that has been taken into other hands', async () => {
    const [answer] = (await once(open('GET', '/begins').end(), 'response')) as [IncomingMessage];
    const closed = once(answer, 'close').then(() => 'closed');

    const first = await Promise.race([
      closed,
      new Promise<string>((resolve) => setTimeout(() => resolve('open'), 2 * LIMIT_MS)),
    ]);

    expect(first).toBe('open');
  });
});

function open(method: string, path: string): ClientRequest {
  const { port } = server.server.address() as AddressInfo;
  const sent = request({
    agent,
    host: '127.0.0.1',
    port,
    method,
    path,
    headers: { 'content-type': 'application/json' },
  });
  opened.push(sent.on('error', () => {}));
  return sent;
}

async function ask(method: string, path: string, body?: string): Promise<{ status: number | undefined; text: string }> {
  const [answer] = (await once(open(method, path).end(body), 'response')) as [IncomingMessage];
  let text = '';
  for await (const piece of answer) text += String(piece);
  return { status: answer.statusCode, text };
}

function openSlow(path: string): ClientRequest {
  const { port } = server.server.address() as AddressInfo;
  const asking = request({ port, path, method: 'POST', agent: false, headers: { 'content-type': 'text/slow' } });
  opened.push(asking);
  return asking;
}
