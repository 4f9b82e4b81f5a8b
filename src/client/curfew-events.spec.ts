import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCurfewClient, type CurfewClient } from './curfew-client.js';
import type { CurfewEvent, EventsOptions } from './curfew-events.js';
import { CurfewMisconfigured } from './curfew-misconfigured.js';
import { CursorGone } from './cursor-gone.js';

/** What answers at the address of Curfew, poll by poll; where it has no more to say, it waits. */
type Answer = (response: ServerResponse) => void;

let peer: Server;
let url: string;
let answers: Answer[];
let polls: string[];
let client: CurfewClient;

beforeAll(async () => {
  peer = createServer((request, response) => {
    polls.push(new URL(request.url!, 'http://curfew').search);
    answers.shift()?.(response);
  });
  peer.listen(0, '127.0.0.1');
  await once(peer, 'listening');
  url = `http://127.0.0.1:${(peer.address() as AddressInfo).port}`;
});
afterAll(() => {
  peer.closeAllConnections();
  peer.close();
});
beforeEach(() => {
  [answers, polls] = [[], []];
  client = createCurfewClient({ url, serviceKey: `cfk_${'k'.repeat(64)}`, log: () => {} });
});
afterEach(() => client.close());

const event = (id: string): object => ({
  id,
  type: 'session.ended',
  timestamp: '2026-11-20T18:15:00.000Z',
  data: { id },
});
const page = (next: string, ...ids: string[]): Answer => {
  return (response) => void response.end(JSON.stringify({ events: ids.map(event), next, hasMore: false }));
};
const status = (code: number, headers = {}): Answer => {
  return (response) => void response.writeHead(code, headers).end('{}');
};

/** So many events, and then no more. */
async function take(count: number, options: EventsOptions = {}): Promise<CurfewEvent[]> {
  const taken: CurfewEvent[] = [];
  for await (const each of client.events(options)) if (taken.push(each) === count) break;
  return taken;
}

describe('who listens', () => {
  it('hears events in order, and goes on where the last poll ended', async () => {
    answers = [page('c1'), page('c3', 'a', 'b'), page('c3'), page('c4', 'c')];

    const taken = await take(3);

    expect(taken.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(taken[0]).toEqual({ ...event('a'), cursor: 'c1' });
    expect(polls).toEqual(['?wait=20', '?after=c1&wait=20', '?after=c3&wait=20', '?after=c3&wait=20']);
  });

  it('misses nothing by keeping the cursor of the last event that it dealt with', async () => {
    answers = [page('c2', 'a', 'b')];
    const [first] = await take(1, { after: 'oldest' });
    answers = [page('c2', 'a', 'b')];
    const [again, second] = await take(2, { after: first!.cursor });

    expect([first!.cursor, again!.id, second!.id, second!.cursor]).toEqual(['oldest', 'a', 'b', 'c2']);
  });

  it('asks for the types that it wants', async () => {
    answers = [page('c1', 'a')];

    await take(1, { types: ['session.ended', 'session.rotated'] });

    expect(polls).toEqual(['?types=session.ended%2Csession.rotated&wait=20']);
  });

  it.each<[string, Answer]>([
    ['503', status(503)],
    ['a cut connection', (response) => response.destroy()],
    ['a page of a proxy', (response) => void response.end('<html>')],
    ['an event without a type', (response) => void response.end('{"events":[{"id":"x"}],"next":"c9"}')],
    ['a page without a cursor', (response) => void response.end('{"events":[]}')],
  ])('waits out %s, and goes on with the same cursor', async (_, fault) => {
    answers = [fault, ...(fault.toString().includes('destroy') ? [fault] : []), page('c2', 'a')];

    const [first] = await take(1, { after: 'c1' });

    expect(first!.id).toBe('a');
    expect(new Set(polls)).toEqual(new Set(['?after=c1&wait=20']));
  });

  it('waits as long as Curfew asks for', async () => {
    answers = [status(429, { 'retry-after': '2' }), page('c2', 'a')];
    const startedAt = performance.now();

    await take(1, { after: 'c1' });

    expect(performance.now() - startedAt).toBeGreaterThan(1_990);
  });

  it('is told of a cursor that is not kept any more', async () => {
    answers = [status(410)];

    await expect(take(1, { after: 'c1' })).rejects.toBeInstanceOf(CursorGone);
  });

  it.each([400, 401, 403, 404])('is told of %i, which no waiting would help', async (code) => {
    answers = [status(code)];

    await expect(take(1)).rejects.toBeInstanceOf(CurfewMisconfigured);
  });

  it.each<[string, (controller: AbortController) => void]>([
    ['its signal says so', (controller) => controller.abort()],
    ['the client is closed', () => client.close()],
  ])('stops when %s, also in the middle of a poll', async (_, stop) => {
    const controller = new AbortController();
    answers = [page('c1', 'a')];
    const taken: string[] = [];

    for await (const { id } of client.events({ signal: controller.signal })) {
      taken.push(id);
      setTimeout(() => stop(controller), 50);
    }

    expect(taken).toEqual(['a']);
    expect(polls).toHaveLength(2);
  });
});
