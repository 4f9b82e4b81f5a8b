/** What bench:nodes found, as a section of the page of benchmarks. */
import { failuresOf, ratio } from '../race.js';
import { median } from '../statistics.js';
import { CONNECTIONS } from '../wrk.js';

/** @typedef {import('../nodes.js').Entrant} Entrant */
/** @typedef {import('./database-cost.js').Cost} Cost */
/**
 * @typedef {object} Found
 * @property {Entrant} alone
 * @property {Entrant[]} behind
 * @property {Entrant} pooled
 * @property {import('./finality.js').Finality} finality
 * @property {Record<string, Cost>} costs
 * @property {{ tableBytes: number, indexBytes: number, eventBytes: number }} room
 * @property {number} connections
 */

/**
 * @param {Found} found
 * @param {{ rounds: number, seconds: number, versions: Record<string, string> }} terms
 * @returns {import('../report.js').Section}
 */
export function sectionOf(found, { rounds, seconds, versions }) {
  const entrants = [found.alone, ...found.behind, found.pooled];
  return {
    name: 'nodes',
    order: 60,
    title: 'Several nodes on one PostgreSQL',
    command: 'npm run bench:nodes',
    setting: `${CONNECTIONS} connections, 100,000 sessions, ${rounds} rounds of ${seconds} s, medians.`,
    versions,
    gates: gatesOf(found, entrants),
    ratios: [{ rows: Object.fromEntries(entrants.map((one) => [one.label, ratiosTo(found.alone, one)])) }],
    figures: [
      { title: 'A check', rows: Object.fromEntries(entrants.map((one) => [one.label, checkRow(one)])) },
      { title: 'What the database does for each', rows: costRows(found.costs) },
      { title: 'Room', rows: roomRows(found.room) },
    ],
    charts: [],
    notes: notesOf(found),
  };
}

/**
 * @param {Found} found
 * @param {Entrant[]} entrants
 */
function gatesOf({ finality }, entrants) {
  const failures = entrants.reduce((sum, one) => sum + failuresOf(one), 0);
  const unanswered = finality.others + (finality.asked - finality.logouts);
  return [
    { what: 'checks answered 200 that began after their logout was answered', atMost: 0, found: finality.ghosts },
    { what: 'checks before a logout that were not answered 200', atMost: 0, found: finality.unknown },
    { what: 'logouts and checks after them that were answered otherwise', atMost: 0, found: unanswered },
    { what: 'requests of the rounds that failed', atMost: 0, found: failures },
  ];
}

/**
 * @param {Entrant} alone
 * @param {Entrant} one
 */
function ratiosTo(alone, one) {
  return {
    'checks/s ÷ 1 node asked directly': rounded(ratio(one, alone), 2),
    'database CPU a check ÷ it': rounded(databaseUs(one) / databaseUs(alone), 2),
  };
}

/** @param {Entrant} one */
function checkRow(one) {
  return {
    'checks/s': Math.round(median(one.rounds.map(({ perSecond }) => perSecond))),
    'p99 ms': rounded(median(one.rounds.map(({ p99Ms }) => p99Ms)), 1),
    'CPU µs of the nodes': rounded(nodeUs(one), 1),
    'of nginx or PgBouncer': rounded(median(one.beside.map(({ nginx }) => nginx)), 1),
    'of PostgreSQL': rounded(databaseUs(one), 1),
    'checks/s a node’s core': perCore(nodeUs(one)),
    'checks/s a database core': perCore(databaseUs(one)),
  };
}

/** @param {Record<string, Cost>} costs */
function costRows(costs) {
  return Object.fromEntries(
    Object.entries(costs).map(([what, { cpuUs, walBytes, fsyncs }]) => [
      what,
      {
        'CPU µs': Number.isNaN(cpuUs) ? '' : Math.round(cpuUs),
        'bytes of log': Math.round(walBytes),
        flushes: rounded(fsyncs, 2),
      },
    ]),
  );
}

/** @param {Found['room']} room */
function roomRows({ tableBytes, indexBytes, eventBytes }) {
  const row = (/** @type {number} */ bytes) => ({ 'bytes each': Math.round(bytes), 'MB a million': Math.round(bytes) });
  return {
    'a session, table': row(tableBytes),
    'a session, indexes': row(indexBytes),
    'the event of an end': row(eventBytes),
  };
}

/** @param {Found} found */
function notesOf({ finality, connections }) {
  return [
    `${finality.logouts} logouts, each on one node and under ${finality.beside} other checks, were followed at once by ${finality.checks} checks of the same tokens on every node and through nginx: ${finality.ghosts} of them were answered 200.`,
    'Nodes, nginx, PgBouncer, PostgreSQL and the load generator share the cores of one machine, so more nodes cannot answer more checks on it. A core’s checks a second are computed: one second by the processor time of a check. A node uses little more than one core.',
    'The database’s time falls with the load of a node: checks that wait together share a statement, and the same load on more nodes makes more and smaller ones.',
    `A node keeps ${connections} connections for checks, and opens up to 10 for everything else.`,
    'After a checkpoint PostgreSQL logs each page whole when it is first changed; between checkpoints only the change. 32 logins or logouts at a time, or one. Passwords are hashed at the least cost, which the database never sees.',
  ];
}

/** @param {Entrant} one */
const nodeUs = (one) => median(one.rounds.map(({ cpuUs }) => cpuUs));
/** @param {Entrant} one */
const databaseUs = (one) => median(one.beside.map(({ database }) => database));
/** @param {number} us */
const perCore = (us) => Math.round(1e6 / us / 100) * 100;

/**
 * @param {number} value
 * @param {number} digits
 */
function rounded(value, digits) {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
