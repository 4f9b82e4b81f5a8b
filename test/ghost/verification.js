/** Once all is mended and quiet: every token on every node, and the log of events beside what was heard of it. */
import { setTimeout as pause } from 'node:timers/promises';
import { now } from './clock.js';
import { BATCH, SURFACES } from './observer.js';

/** @typedef {import('./door.js').Door} Door */
/** @typedef {import('./recorder.js').Held} Held */

/** On all surfaces one by one: the last tokens, many of which live, and some of the others. */
const NEWEST = 300;
const OTHERS = 200;
const AT_ONCE = 8;
const TRIES = 20;
const AGAIN_MS = 200;
/** Listeners may be this late, or later on a crowded machine, and are judged by when they heard. */
const LISTENING_MS = 32_000;

const LOG = `
  select id::text, type, session_id, user_id, cause, extract(epoch from occurred_at)::float8 * 1000 as occurred_ms from session_events order by transaction_id, session_events.id`;

/**
 * @param {import('./workload.js').Stage} stage
 * @param {Held[]} tokens
 */
export async function lookAtAll({ doors, observer, random }, tokens) {
  await Promise.all(doors.map((door) => inBatches(door, observer, tokens)));
  const some = [...tokens.slice(-NEWEST), ...random.shuffled(tokens.slice(0, -NEWEST)).slice(0, OTHERS)];
  const questions = some.flatMap((held) =>
    doors.flatMap((door) => SURFACES.map((surface) => ({ held, door, surface }))),
  );
  const work = async () => {
    for (let next = questions.pop(); next; next = questions.pop())
      await observer.look(next.door, next.held, next.surface);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/**
 * @param {Door} door
 * @param {import('./observer.js').Observer} observer
 * @param {Held[]} tokens
 */
async function inBatches(door, observer, tokens) {
  for (let from = 0; from < tokens.length; from += BATCH) {
    const batch = tokens.slice(from, from + BATCH);
    for (let turn = 0; turn < TRIES && !(await observer.lookAtMany(door, batch)); turn++) await pause(AGAIN_MS);
  }
}

/**
 * Writes the log, once both have heard all of it or had their time.
 *
 * @param {import('./cluster.js').Cluster} cluster
 * @param {import('./listeners.js').Listeners} listeners
 * @param {import('./world.js').World} world
 * @param {{ crowding: number, recorder: import('./recorder.js').Recorder }} how
 */
export async function readEvents(cluster, listeners, world, { crowding, recorder }) {
  const at = now();
  const rows =
    /** @type {{ id: string, type: string, session_id: string, user_id: string, cause: string | null, occurred_ms: number }[]} */ (
      await cluster.query(LOG)
    );
  const ours = rows
    .map(({ user_id: id, ...row }) => ({ ...row, user: world.indexOf(id) }))
    .filter(({ user }) => user !== null);
  const hasHeardAll = () =>
    ours.every(({ id }) => listeners.heard.poll.has(id)) && ours.every(({ id }) => listeners.heard.stream.has(id));
  while (!hasHeardAll() && now() < at + LISTENING_MS * crowding) await pause(AGAIN_MS);
  for (const { id, type, session_id: session, cause, user, occurred_ms: ms } of ours) {
    const occurredAt = ms - recorder.wallMs;
    recorder.write({
      of: 'event',
      source: 'table',
      id,
      type,
      session,
      user,
      at,
      occurredAt,
      ...(cause !== null && { cause }),
    });
  }
}
