/** Two who listen for events over HTTP as services do, through every fault: one polls with a cursor, one holds a stream. */
import { setTimeout as pause } from 'node:timers/promises';
import { now } from './clock.js';
import { bearer } from './wires.js';

/** @typedef {import('./world.js').World} World */
/** @typedef {import('./history.js').EventLine} EventLine */
/** @typedef {{ id: string, type: string, data: { sessionId?: string, userId?: string, cause?: string } }} Told */

const AGAIN_MS = 50;
/** A node that sleeps would hold its listener for as long as it likes. */
const SILENCE_MS = 4_000;

export class Listeners {
  over = new AbortController();
  /** How many different events each has heard. @type {Record<'poll' | 'stream', Set<string>>} */
  heard = { poll: new Set(), stream: new Set() };
  turn = 0;

  /**
   * @param {string[]} origins
   * @param {World} world
   * @param {(line: EventLine) => void} tell
   */
  constructor(origins, world, tell) {
    this.origins = origins;
    this.world = world;
    this.tell = tell;
  }

  /** Both hear what happens from now on. */
  async start() {
    const cursor = await this.cursor();
    this.ended = Promise.all([this.poll(cursor), this.stream(cursor)]);
    this.ended.catch(() => {}); // stop tells it.
  }

  async stop() {
    this.over.abort();
    await this.ended;
  }

  get origin() {
    return this.origins[this.turn++ % this.origins.length] ?? '';
  }

  async cursor() {
    const answer = await fetch(`${this.origin}/api/v1/events`, { headers: bearer(this.world.key) });
    if (answer.status !== 200) throw new Error(`No events: ${answer.status} ${await answer.text()}`);
    return /** @type {{ next: string }} */ (await answer.json()).next;
  }

  /** @param {string} from */
  async poll(from) {
    let after = from;
    while (!this.over.signal.aborted) {
      try {
        const url = `${this.origin}/api/v1/events?wait=2&limit=500&after=${after}`;
        const signal = AbortSignal.any([this.over.signal, AbortSignal.timeout(SILENCE_MS)]);
        const answer = await fetch(url, { headers: bearer(this.world.key), signal });
        if (answer.status !== 200) throw new Error(String(answer.status));
        const { events, next } = /** @type {{ events: Told[], next: string }} */ (await answer.json());
        for (const event of events) this.hear('poll', event);
        after = next;
      } catch {
        await pause(AGAIN_MS);
      }
    }
  }

  /** @param {string} from */
  async stream(from) {
    let last = from;
    while (!this.over.signal.aborted) {
      const silence = new AbortController();
      const signal = AbortSignal.any([this.over.signal, silence.signal]);
      try {
        const headers = { ...bearer(this.world.key), 'last-event-id': last };
        const opening = setTimeout(() => silence.abort(), SILENCE_MS);
        const answer = await fetch(`${this.origin}/api/v1/events/stream`, { headers, signal });
        clearTimeout(opening);
        if (answer.status !== 200 || !answer.body) throw new Error(String(answer.status));
        for await (const { id, data } of messagesIn(answer.body, silence)) {
          if (data !== undefined) this.hear('stream', /** @type {Told} */ (JSON.parse(data)));
          last = id ?? last;
        }
      } catch {
        await pause(AGAIN_MS);
      }
    }
  }

  /** @param {'poll' | 'stream'} source @param {Told} event */
  hear(source, { id, type, data: { sessionId, userId, cause } }) {
    const user = userId === undefined ? null : this.world.indexOf(userId);
    if (sessionId === undefined || user === null) return;
    this.heard[source].add(id);
    this.tell({
      of: 'event',
      source,
      id,
      type,
      session: sessionId,
      user,
      at: now(),
      ...(cause !== undefined && { cause }),
    });
  }
}

/**
 * A stream that says nothing at all for a while, not even that it is still there, is given up.
 *
 * @param {ReadableStream<Uint8Array>} body
 * @param {AbortController} silence
 * @returns {AsyncGenerator<{ id?: string, data?: string }>}
 */
async function* messagesIn(body, silence) {
  let text = '';
  const decoder = new TextDecoder();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    for await (const chunk of body) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      const blocks = (text + decoder.decode(chunk, { stream: true })).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const lines = block.split('\n').map((line) => /^(\w+): ?(.*)$/.exec(line)?.slice(1) ?? []);
        yield Object.fromEntries(lines);
      }
    }
  } finally {
    clearTimeout(timer);
  }
}
