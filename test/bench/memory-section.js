/** What the measurement of memory says on the page of benchmarks. */
import { versionsOf } from './report/machine.js';
import { REQUESTS_PER_SECOND } from './mixed-load.js';
import { START_GATE_MS } from './start-time.js';
import { median } from './statistics.js';
import { CONNECTIONS } from './wrk.js';

/** @typedef {import('./memory-growth.js').Minute} Minute */
/**
 * @typedef {object} Found
 * @property {import('./temporary-database.js').TemporaryDatabase} database
 * @property {{ first: number, warm: number[] }} starts Milliseconds.
 * @property {number} idleBytes
 * @property {{ count: number, beforeBytes: number, connectedBytes: number, waitingBytes: number, statuses: Record<string, number> }} waiting
 * @property {{ mostBytes: number, perSecond: number, failures: number }} loaded
 * @property {Minute[]} growth
 */

/**
 * @param {Found} found
 * @returns {Promise<import('./report.js').Section>}
 */
export async function sectionOf({ database, starts, idleBytes, waiting, loaded, growth }) {
  const [first, last] = [growth[0], growth.at(-1)];
  const asked = Object.values(waiting.statuses).reduce((sum, count) => sum + count, 0);
  const askedText = asked.toLocaleString('en');
  return {
    name: 'memory',
    order: 70,
    title: 'Memory and start',
    command: 'npm run bench:memory -- --minutes 10',
    setting:
      `100,000 sessions. Under load: ${CONNECTIONS} connections of wrk, as many checks as they get. Waiting: ` +
      `${askedText} connections with a check each, while a proxy holds the store's answers back. Growth: ` +
      `${REQUESTS_PER_SECOND} requests/s over ${last?.minute} minutes, checks of our own route and of a wire, 5 logins and logouts a second.`,
    versions: await versionsOf(database),
    gates: [
      {
        what: 'memory: heap after a collection, last minute ÷ first',
        atMost: 1.05,
        found: (last?.keptBytes ?? Number.NaN) / (first?.keptBytes ?? Number.NaN),
      },
      { what: `memory: share of ${askedText} requests that waited at once`, atLeast: 1, found: waiting.count / asked },
      {
        what: `memory: share of ${askedText} requests that waited and were answered 200`,
        atLeast: 1,
        found: (waiting.statuses['200'] ?? 0) / asked,
      },
      { what: 'memory: checks under load that failed', atMost: 0, found: loaded.failures },
      {
        what: 'memory: warm start, median',
        atMost: START_GATE_MS / 1_000,
        found: median(starts.warm) / 1_000,
        unit: 's',
      },
    ],
    ratios: [{ title: 'Resident memory', rows: ratioRows({ idleBytes, waiting, loaded }) }],
    figures: [
      { title: 'Resident memory', rows: residentRows({ idleBytes, waiting, loaded }) },
      { title: 'Start, until /health/ready is 200', rows: startRows(starts) },
      { title: 'Growth', rows: growthRows(growth) },
    ],
    charts: [],
    notes: [
      'Heap: live JavaScript objects and what they hold outside the heap, after two forced collections, the least of five readings under load.',
      'Resident memory is what the process has; it includes free room in the heap that V8 has not given back.',
    ],
  };
}

/** @param {Pick<Found, 'idleBytes' | 'waiting' | 'loaded'>} found */
function residentRows({ idleBytes, waiting, loaded }) {
  const { beforeBytes, connectedBytes, waitingBytes, count } = waiting;
  return {
    'idle, after the start': { MiB: mebibytes(idleBytes) },
    [`under load, ${Math.round(loaded.perSecond).toLocaleString('en')} checks/s, at most`]: {
      MiB: mebibytes(loaded.mostBytes),
    },
    'for 10,000 open connections, more than idle': { MiB: mebibytes(connectedBytes - beforeBytes) },
    'for 10,000 waiting requests, more than their connections': {
      MiB: mebibytes(((waitingBytes - connectedBytes) / count) * 10_000),
    },
  };
}

/** @param {Pick<Found, 'idleBytes' | 'waiting' | 'loaded'>} found */
function ratioRows({ idleBytes, waiting, loaded }) {
  const row = (/** @type {number} */ bytes) => ({ '÷ idle': Math.round((bytes / idleBytes) * 100) / 100 });
  return {
    'under load': row(loaded.mostBytes),
    'with 10,000 open connections': row(waiting.connectedBytes),
    'with 10,000 waiting requests': row(waiting.waitingBytes),
  };
}

/** @param {Found['starts']} starts */
function startRows({ first, warm }) {
  return {
    'first, which makes the database': { ms: Math.round(first) },
    'warm, median': { ms: Math.round(median(warm)) },
  };
}

/** @param {Minute[]} growth */
function growthRows(growth) {
  return Object.fromEntries(
    growth.map(({ minute, keptBytes, residentBytes, answers }) => [
      `minute ${minute}`,
      { 'heap MiB': mebibytes(keptBytes), 'resident MiB': mebibytes(residentBytes), answers },
    ]),
  );
}

/** @param {number} bytes */
function mebibytes(bytes) {
  return Math.round((bytes / 2 ** 20) * 10) / 10;
}
