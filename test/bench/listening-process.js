/**
 * Listeners of a bench, in a process of their own: opens as many streams as it is told, and remembers when each event came.
 * Over IPC: `{ open, origin, keys }` → `'open'`; `'take'` → `{ [sessionId]: instants }`; `'close'` → `'closed'`.
 */
import { once } from 'node:events';
import { Agent, request } from 'node:http';

const OPENED_AT_A_TIME = 50;
const DATA = /^data: (.*)$/gm;

/** @type {import('node:http').IncomingMessage[]} */
let streams = [];
/** @type {Record<string, number[]>} */
let arrivals = {};

process.on('message', (message) => void answer(message));
process.once('disconnect', () => process.exit());

/** @param {unknown} message */
async function answer(message) {
  if (message === 'take') {
    process.send?.(arrivals);
    arrivals = {};
  } else if (message === 'close') {
    for (const stream of streams) stream.destroy();
    streams = [];
    process.send?.('closed');
  } else {
    const { open, origin, keys } = /** @type {{ open: number, origin: string, keys: string[] }} */ (message);
    const agent = new Agent({ keepAlive: false });
    while (streams.length < open) {
      const count = Math.min(OPENED_AT_A_TIME, open - streams.length);
      const from = streams.length;
      const more = Array.from({ length: count }, (_, place) =>
        listen(origin, String(keys[(from + place) % keys.length]), agent),
      );
      streams.push(...(await Promise.all(more)));
    }
    process.send?.('open');
  }
}

/**
 * @param {string} origin
 * @param {string} key
 * @param {Agent} agent
 */
async function listen(origin, key, agent) {
  const headers = { authorization: `Bearer ${key}` };
  const sent = request(`${origin}/api/v1/events/stream?types=session.ended`, { agent, headers }).end();
  const [stream] = /** @type {[import('node:http').IncomingMessage]} */ (await once(sent, 'response'));
  if (stream.statusCode !== 200) throw new Error(`A stream was answered ${stream.statusCode}.`);
  stream.on('error', () => {});
  stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    const at = performance.timeOrigin + performance.now();
    // A frame is one write, and small enough to come as one.
    for (const [, data] of text.matchAll(DATA)) {
      const { sessionId } = /** @type {{ data: { sessionId: string } }} */ (JSON.parse(String(data))).data;
      (arrivals[sessionId] ??= []).push(at);
    }
  });
  return stream;
}
