import { fastify, type FastifyInstance } from 'fastify';
import { once } from 'node:events';
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DomainError } from '../errors/domain.error.js';
import { limitHandling } from './deadlines.js';
import { takeEach } from './entrance.js';

const LIMIT_MS = 400;

let server: FastifyInstance;
let opened: ClientRequest[];
let agent: Agent;
let connections: number;

beforeEach(async () => {
  opened = [];
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
  server = fastify();
  connections = 0;
  server.server.on('connection', () => connections++);
  takeEach(server, [limitHandling(server, LIMIT_MS)]);
  server.setErrorHandler((error, _, reply) => {
    void reply.status(503).send({ code: error instanceof DomainError ? error.code : 'INTERNAL' });
  });
  server.get('/quick', async () => ({ ok: true }));
  server.get('/hangs', () => new Promise(() => {}));
  server.post('/hangs', () => new Promise(() => {}));
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
