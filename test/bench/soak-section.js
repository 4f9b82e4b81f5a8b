/** What the soak says on the page of benchmarks. */
import { versionsOf } from './report/machine.js';
import { rounded } from './race.js';
import { median } from './statistics.js';

/** @typedef {import('./soak.js').Minute} Minute */
/**
 * @typedef {object} Found
 * @property {import('./temporary-database.js').TemporaryDatabase} database
 * @property {Minute[]} found
 * @property {Record<string, number>} messages How often each was logged.
 * @property {number} perSecond
 * @property {number} settled Minutes after which nothing may grow.
 */

/** So many minutes at either end are looked at together: one reading is chance. */
const TOGETHER = 5;
const SHOWN_EVERY = 5;

/**
 * @param {Found} soak
 * @returns {Promise<import('./report.js').Section>}
 */
export async function sectionOf({ database, found, messages, perSecond, settled }) {
  const growth = (/** @type {(one: Minute) => number} */ of) => {
    const after = found.slice(settled);
    return median(after.slice(-TOGETHER).map(of)) / median(after.slice(0, TOGETHER).map(of));
  };
  const lines = (found.at(-1)?.logLines ?? 0) - (found[settled - 1]?.logLines ?? 0);
  const after = `last ${TOGETHER} minutes ÷ the first ${TOGETHER} after minute ${settled}`;
  return {
    name: 'soak',
    order: 75,
    title: 'An hour at half load',
    command: 'npm run soak',
    setting:
      `100,000 sessions, ${Math.round(perSecond).toLocaleString('en')} requests/s over ${found.length} minutes: half of what the same ` +
      'clients got when none of them waited. Checks of our own route and of a wire, 5 logins and logouts a second, 20 streams of events.',
    versions: await versionsOf(database),
    gates: [
      { what: `soak: resident memory, ${after}`, atMost: 1.05, found: growth((one) => one.residentBytes) },
      { what: `soak: heap after a collection, ${after}`, atMost: 1.05, found: growth((one) => one.keptBytes) },
      { what: `soak: open descriptors, ${after}`, atMost: 1.05, found: growth((one) => one.descriptors) },
      { what: `soak: connections to PostgreSQL, ${after}`, atMost: 1.05, found: growth((one) => one.connections) },
      { what: `soak: prepared statements, ${after}`, atMost: 1.05, found: growth((one) => one.statements) },
      {
        what: `soak: lines of log a minute, beside those of requests, after minute ${settled}`,
        atMost: 1,
        found: lines / (found.length - settled),
      },
    ],
    ratios: [],
    figures: [
      { title: 'An hour', rows: rowsOf(found) },
      {
        title: 'What was logged',
        rows: Object.fromEntries(Object.entries(messages).map(([message, count]) => [message, { times: count }])),
      },
    ],
    charts: [],
    notes: ['A request that is not answered as it should be ends the measurement as failed.'],
  };
}

/** @param {Minute[]} found */
function rowsOf(found) {
  const shown = found.filter(({ minute }) => minute === 1 || minute % SHOWN_EVERY === 0 || minute === found.length);
  return Object.fromEntries(
    shown.map(({ minute, residentBytes, keptBytes, ...one }) => [
      `minute ${minute}`,
      {
        'resident MiB': rounded(residentBytes / 2 ** 20),
        'heap MiB': rounded(keptBytes / 2 ** 20),
        descriptors: one.descriptors,
        connections: one.connections,
        'prepared statements': one.statements,
        'lines of log so far, beside requests': one.logLines,
        answers: one.answers,
      },
    ]),
  );
}
