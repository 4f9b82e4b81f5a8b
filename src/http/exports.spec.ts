import { fastify, type FastifyInstance } from 'fastify';
import { once } from 'node:events';
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DomainError } from '../errors/domain.error.js';
import { limitHandling } from './deadlines.js';
import { takeEach } from './entrance.js';
import { Exports } from './exports.js';

const LIMIT_MS = 300;
const WORDS = 'x'.repeat(1_000);

let server: FastifyInstance;
let exports: Exports;
let read: number;
let isLeft: boolean;

/** So many pages of a hundred kilobytes; what happens after them is `last`. */
async function* pages(count: number, everyMs = 0, last: () => void = () => {}) {
  isLeft = false;
  try {
    for (read = 0; read < count; read++) {
      if (everyMs > 0) await pause(everyMs);
      yield Array.from({ length: 100 }, (_, place) => ({ place, words: WORDS }));
    }
    last();
  } finally {
    isLeft = true;
  }
}

function list(rows: () => AsyncIterable<{ place: number; words: string }[]>) {
  return { name: 'things', columns: ['place'] as const, page: async () => ({ things: [] }), rows };
}

const fail = (): never => {
  throw new Error('The store is gone.');
};

beforeEach(async () => {
  exports = new Exports();
  server = fastify();
  takeEach(server, [limitHandling(server, LIMIT_MS)]);
  server.setErrorHandler((error, _, reply) => {
    void reply.status(503).send({ code: error instanceof DomainError ? error.code : 'INTERNAL' });
  });
  const route = (path: string, rows: () => AsyncIterable<{ place: number; words: string }[]>) =>
    server.get(path, (asked, reply) => exports.answer(asked, reply, list(rows)));
  route('/short', () => pages(2));
  route('/none', () => pages(0));
  route('/slow', () => pages(6, LIMIT_MS / 3));
  route('/endless', () => pages(Number.POSITIVE_INFINITY));
  route('/fails-at-once', () => pages(0, 0, fail));
  route('/fails-later', () => pages(3, 0, fail));
  await server.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(async () => {
  server.server.closeAllConnections();
  await server.close();
});

const NDJSON = { accept: 'application/x-ndjson' };

async function ask(path: string, headers: IncomingHttpHeaders = {}): Promise<IncomingMessage> {
  const { port } = server.server.address() as AddressInfo;
  const asking = request({ port, path, headers, agent: false }).end();
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  return answer;
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}

describe('a list', () => {
  it.each([undefined, '*/*', 'application/json', 'text/html', 'application/json, text/csv', 'text/csv;q=0'])(
    'is a page of JSON for Accept: %s',
    async (accept) => {
      const answer = await ask('/short', accept === undefined ? {} : { accept });

      expect(JSON.parse(await textOf(answer))).toEqual({ things: [] });
      expect(answer.headers.vary).toBe('Origin, Accept');
    },
  );

  it('is one object a line for Accept: application/x-ndjson', async () => {
    const answer = await ask('/short', NDJSON);

    const lines = (await textOf(answer)).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { place: number }).place)).toHaveLength(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/x-ndjson; charset=utf-8',
      'content-disposition': 'attachment; filename="things.ndjson"',
    });
  });

  it('is a table for Accept: text/csv, its columns and no others', async () => {
    const answer = await ask('/short', { accept: 'application/json;q=0.5, text/csv' });

    expect((await textOf(answer)).split('\r\n').slice(0, 3)).toEqual(['place', '0', '1']);
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
  });

  it('without rows is an empty file, and a table with its head alone', async () => {
    expect(await textOf(await ask('/none', NDJSON))).toBe('');
    expect(await textOf(await ask('/none', { accept: 'text/csv' }))).toBe('place\r\n');
  });
});

describe('a stream', () => {
  it('P14 may take longer than a request, as long as pages come', async () => {
    expect((await textOf(await ask('/slow', NDJSON))).trim().split('\n')).toHaveLength(600);
  });

  it('reads on only as fast as its client reads', async () => {
    const answer = await ask('/endless', NDJSON);
    answer.pause();
    await pause(200);

    const before = read;
    await pause(100);

    expect(read).toBe(before);
    // What fits into the buffers of two sockets, and a page or two.
    expect(read).toBeLessThan(150);
    answer.destroy();
  });

  it('ends its reading when its client goes away', async () => {
    const answer = await ask('/endless', NDJSON);

    answer.destroy();

    await expect.poll(() => isLeft).toBe(true);
  });

  it('P3 that cannot begin is refused', async () => {
    const answer = await ask('/fails-at-once', NDJSON);

    expect([answer.statusCode, answer.headers['content-disposition']]).toEqual([503, undefined]);
  });

  it('P3 that fails midway is cut, and does not end in good order', async () => {
    const answer = await ask('/fails-later', NDJSON);

    await expect(textOf(answer)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(answer.complete).toBe(false);
  });

  it('is refused beside four others, and let in when one of them has gone', async () => {
    const answers = await Promise.all(Array.from({ length: 4 }, () => ask('/endless', NDJSON)));

    const fifth = await ask('/short', NDJSON);
    expect(JSON.parse(await textOf(fifth))).toEqual({ code: 'TOO_MANY_REQUESTS' });

    answers.pop()!.destroy();
    await expect.poll(async () => (await ask('/short', NDJSON)).statusCode).toBe(200);
    for (const answer of answers) answer.destroy();
  });

  it('P13 is cut when the server stops, soon and visibly', async () => {
    const answer = await ask('/endless', NDJSON);

    const [fault] = await Promise.all([
      textOf(answer).catch((error: Error) => error),
      exports.beforeApplicationShutdown(),
    ]);

    expect(fault).toMatchObject({ code: 'ECONNRESET' });
  });
});
