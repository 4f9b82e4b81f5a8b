/**
 * A thousand open streams of events on one node: what they take of memory, what they leave of the checks a second, and how
 * long after an answered logout its event has come to each of them.
 *
 *   npm run bench:events
 */
import { writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { runBench } from './built.js';
import { Listeners } from './listeners.js';
import { logOut } from './deeds.js';
import { whileTidy } from './interruption.js';
import { isAsUsual, numbersFrom } from './numbers.js';
import { ProbedServer } from './probed-server.js';
import { print, publish, verdict } from './report.js';
import { versionsOf } from './report/machine.js';
import { median, percentile } from './statistics.js';
import { TemporaryDatabase } from './temporary-database.js';
import { requireFiles } from './waiting-requests.js';
import { CONNECTIONS, load, requireWrk } from './wrk.js';

const DEFAULTS = { streams: 1_000, rounds: 5, seconds: 4, logouts: 300 };
const KEYS = 4;
const SETTLE_MS = 3_000;
const BETWEEN_LOGOUTS_MS = 100;

/** @typedef {Record<string, number[]>} Arrivals */
/** @typedef {{ perSecond: number, cpuUs: number }} Rate Checks a second, and what one takes of the node's processor. */
/** @typedef {{ without: Rate, idle: Rate, told: Rate }} Rates */
/** @typedef {{ streams: number, rounds: number, seconds: number, logouts: number }} Sizes */

await runBench(measure, () => {
  requireWrk();
  requireFiles(DEFAULTS.streams);
});

async function measure() {
  const sizes = /** @type {Sizes} */ (numbersFrom(DEFAULTS));
  /** @type {(() => unknown)[]} In the order in which they began. */
  const started = [];
  const tidy = async () => {
    for (let stop = started.pop(); stop; stop = started.pop()) await stop();
  };
  return whileTidy(tidy, async () => {
    const opening = TemporaryDatabase.start();
    started.push(async () => (await opening).stop());
    const database = await opening;
    const keys = await Promise.all(Array.from({ length: KEYS }, () => database.serviceKey('events')));
    const server = await ProbedServer.start(database.url, join(database.folder, 'probe'));
    started.push(() => server.stop());
    const listeners = new Listeners(server.server.origin, keys);
    started.push(() => listeners.stop());
    const tokens = await database.tokens(1_000 + 2 * sizes.logouts + sizes.rounds * sizes.seconds * 20);
    const checked = join(database.folder, 'tokens');
    await writeFile(
      checked,
      tokens
        .splice(0, 1_000)
        .map((token) => `Authorization: Bearer ${token}`)
        .join('\n'),
    );
    // Both have done once what they will do.
    await load(`${server.server.origin}/api/v1/auth/session`, checked, 3);
    const memory = await memoryOf(server, listeners, sizes);
    const latency = await latencyOf(server, listeners, tokens.splice(0, sizes.logouts));
    await listeners.ask('close');
    const rates = await ratesOf(server, listeners, { checked, tokens, sizes });
    const section = await sectionOf({ database, sizes, memory, latency, rates });
    print(section);
    if (isAsUsual(sizes, DEFAULTS)) await publish(section);
    return verdict(section);
  });
}

/**
 * @param {ProbedServer} server
 * @param {Listeners} listeners
 * @param {Sizes} sizes
 */
async function memoryOf(server, listeners, { streams }) {
  const before = { kept: await server.keptBytes(), resident: server.residentBytes() };
  await listeners.open(streams);
  await pause(SETTLE_MS);
  const keptBytes = (await server.keptBytes()) - before.kept;
  return { keptBytes: keptBytes / streams, residentBytes: (server.residentBytes() - before.resident) / streams };
}

/**
 * From the answer to a logout to its event, of every stream.
 *
 * @param {ProbedServer} server
 * @param {Listeners} listeners
 * @param {string[]} tokens
 */
async function latencyOf(server, listeners, tokens) {
  console.log(`Logging out ${tokens.length} times …`);
  await listeners.ask('take');
  const answeredAt = await logOutAll(server, tokens);
  await pause(SETTLE_MS);
  const arrivals = /** @type {Arrivals} */ (await listeners.ask('take'));
  const ms = [...answeredAt].flatMap(([sessionId, at]) => (arrivals[sessionId] ?? []).map((came) => came - at));
  return { p50: percentile(ms, 50), p99: percentile(ms, 99), most: percentile(ms, 100), count: ms.length };
}

/**
 * Ten a second, until they are all logged out or nobody wants more.
 *
 * @param {ProbedServer} server
 * @param {string[]} tokens
 * @param {AbortSignal} [enough]
 */
async function logOutAll(server, tokens, enough) {
  const asked = { origin: server.server.origin, agent: new Agent({ keepAlive: true }) };
  /** @type {Map<string, number>} */
  const answeredAt = new Map();
  for (const token of tokens) {
    if (enough?.aborted) break;
    const { status } = await logOut(asked, token);
    if (status !== 204) throw new Error(`A logout was answered ${status}.`);
    answeredAt.set(sessionIdOf(token), performance.timeOrigin + performance.now());
    await pause(BETWEEN_LOGOUTS_MS);
  }
  asked.agent.destroy();
  return answeredAt;
}

/** @param {string} token */
function sessionIdOf(token) {
  const hex = Buffer.from(token.slice(4), 'base64url').toString('hex', 16, 32);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * In alternating rounds: nobody listens; streams are open and nothing happens; streams are open, and ten events a second go
 * to each.
 *
 * @param {ProbedServer} server
 * @param {Listeners} listeners
 * @param {{ checked: string, tokens: string[], sizes: Sizes }} what
 */
async function ratesOf(server, listeners, { checked, tokens, sizes }) {
  /** @type {Rates[]} */
  const rounds = [];
  const rate = async () => {
    await pause(500);
    const cpuUs = server.server.cpuUs();
    const { perSecond, requests } = await load(`${server.server.origin}/api/v1/auth/session`, checked, sizes.seconds);
    return { perSecond, cpuUs: (server.server.cpuUs() - cpuUs) / requests };
  };
  for (let round = 1; round <= sizes.rounds; round++) {
    console.log(`Round ${round} of ${sizes.rounds} …`);
    const without = await rate();
    await listeners.open(sizes.streams);
    const idle = await rate();
    const enough = new AbortController();
    const logouts = logOutAll(server, tokens.splice(0, sizes.seconds * 20), enough.signal);
    const told = await rate().finally(() => enough.abort());
    await logouts;
    await listeners.ask('close');
    rounds.push({ without, idle, told });
  }
  return rounds;
}

/** @param {{ database: TemporaryDatabase, sizes: Sizes, memory: { keptBytes: number, residentBytes: number }, latency: { p50: number, p99: number, most: number, count: number }, rates: Rates[] }} found */
async function sectionOf({ database, sizes, memory, latency, rates }) {
  const streams = sizes.streams.toLocaleString('en');
  const shares = (/** @type {'idle' | 'told'} */ name) =>
    median(rates.map((round) => round[name].perSecond / round.without.perSecond));
  const row = (/** @type {keyof Rates} */ name) => ({
    'checks/s': Math.round(median(rates.map((round) => round[name].perSecond))),
    'CPU µs of the node a check': tenths(median(rates.map((round) => round[name].cpuUs))),
  });
  return {
    name: 'events',
    order: 80,
    title: 'Open streams of events',
    command: 'npm run bench:events',
    setting:
      `${streams} streams of one node, read by a process of their own, ${KEYS} service keys, 100,000 sessions. Checks: ${CONNECTIONS} connections of wrk, ` +
      `${sizes.rounds} rounds of ${sizes.seconds} s each way in turn, medians. Latency: ${sizes.logouts} logouts, ten a second, until their event has come to each stream.`,
    versions: await versionsOf(database),
    gates: [
      { what: `events: checks/s beside ${streams} open streams ÷ without`, atLeast: 0.8, found: shares('idle') },
      { what: 'events: answered logout to event, p99 over all streams', atMost: 250, found: latency.p99, unit: 'ms' },
      { what: 'events: share of events that came', atLeast: 1, found: latency.count / (sizes.logouts * sizes.streams) },
    ],
    ratios: [
      {
        title: 'Checks/s',
        rows: {
          [`${streams} streams, nothing happens`]: { '÷ without streams': hundredths(shares('idle')) },
          [`${streams} streams, ten events a second to each`]: { '÷ without streams': hundredths(shares('told')) },
        },
      },
    ],
    figures: [
      {
        title: 'Checks beside streams',
        rows: {
          'without streams': row('without'),
          [`${streams} streams, nothing happens`]: row('idle'),
          [`${streams} streams, ten events a second to each`]: row('told'),
        },
      },
      {
        title: 'Answered logout to event',
        rows: {
          [`${streams} streams`]: {
            'p50 ms': Math.round(latency.p50),
            'p99 ms': Math.round(latency.p99),
            'max ms': Math.round(latency.most),
          },
        },
      },
      {
        title: 'Memory a stream',
        rows: {
          'heap after a collection, and what it holds outside': { KiB: kibibytes(memory.keptBytes) },
          'resident memory of the process': { KiB: kibibytes(memory.residentBytes) },
        },
      },
    ],
    charts: [],
    notes: [
      'The streams’ client shares the cores with node, PostgreSQL and wrk: an event a stream is a thousand writes of the node, and a thousand reads of the client.',
    ],
  };
}

/** @param {number} value */
function hundredths(value) {
  return Math.round(value * 100) / 100;
}

/** @param {number} value */
function tenths(value) {
  return Math.round(value * 10) / 10;
}

/** @param {number} bytes */
function kibibytes(bytes) {
  return Math.round((bytes / 1_024) * 10) / 10;
}
