/** What the growth of the table did to each size, and the verdict on it. */
import { timesOf } from './deeds.js';
import { failuresOf } from './race.js';
import { print, publish, verdict } from './report.js';
import { versionsOf } from './report/machine.js';
import { median } from './statistics.js';
import { CONNECTIONS } from './wrk.js';

const P50_AT_MOST = 1.2;
const CHECK_P50 = 'check p50 ms';

/** @typedef {Record<'login' | 'list' | 'logout' | 'everywhere', import('./keep-alive-client.js').Answer[]>} Answers */
/**
 * A database of one size, and what was found out about it.
 *
 * @typedef {object} Size
 * @property {number} rows
 * @property {string} label
 * @property {import('./temporary-database.js').TemporaryDatabase} database
 * @property {string[]} checked Tokens that are only checked.
 * @property {string[]} tokens Tokens to be used up, each of another user.
 * @property {number} userCount
 * @property {import('./server-process.js').ServerProcess} [server]
 * @property {import('./race.js').Contestant} [check]
 * @property {Answers} answers
 * @property {import('./plans.js').Plan[]} plans
 */

/**
 * @param {Size[]} sizes
 * @param {{ rounds: number, seconds: number, tokens: number, isKept: boolean }} how
 * @param {import('./temporary-database.js').TemporaryDatabase} database
 */
export async function report(sizes, { rounds, seconds, tokens, isKept }, database) {
  const scans = sizes.flatMap(({ label, plans }) => scansOf(label, plans));
  for (const scan of scans) console.log(scan);
  const plans = sizes.flatMap((size) => size.plans);
  const section = {
    name: 'growth',
    order: 40,
    title: 'From ten thousand sessions to ten million',
    command: 'npm run bench:growth',
    setting: `${CONNECTIONS} connections, ${rounds} alternating rounds of ${seconds} s, medians; some ${tokens.toLocaleString('en')} tokens spread over the table. Everything else four at a time, logins two.`,
    versions: await versionsOf(database),
    gates: [
      {
        what: `check p50, ${sizes.at(-1)?.label} ÷ ${sizes[0]?.label}`,
        atMost: P50_AT_MOST,
        found: checkRatio(sizes.at(-1), sizes[0]),
      },
      { what: 'statements with a plan that reads a growing table from end to end', atMost: 0, found: scans.length },
      { what: 'requests that were not answered as they should', atMost: 0, found: sizes.reduce(failures, 0) },
    ],
    ratios: [{ rows: Object.fromEntries(sizes.map((size) => [size.label, ratioRow(size, sizes[0])])) }],
    figures: [
      { title: 'Over HTTP', rows: Object.fromEntries(sizes.map((size) => [size.label, row(size)])) },
      {
        title: 'Database time of a statement, ms',
        rows: Object.fromEntries(sizes.map((size) => [size.label, timesAt(size)])),
      },
    ],
    charts: [
      {
        name: 'p50',
        title: 'Check, p50',
        unit: 'ms',
        bars: Object.fromEntries(sizes.map((size) => [size.label, rounded(median(p50sOf(size)))])),
        ours: sizes.map(({ label }) => label),
      },
    ],
    notes: [
      'Logins include the password hash, which takes most of their time and is the same at each size.',
      `Plans were told by auto_explain: ${plans.length.toLocaleString('en')} plans of ${new Set(plans.map(({ statement }) => statement)).size} statements, those of the sweeper and generic plans among them.`,
    ],
  };
  print(section);
  if (isKept) await publish(section);
  return verdict(section);
}

/**
 * @param {string} label
 * @param {import('./plans.js').Plan[]} plans
 */
function scansOf(label, plans) {
  const found = plans.filter(({ scanned }) => scanned.length > 0);
  const first = new Map(found.map((plan) => [plan.statement, plan]));
  return [...first.values()].map((plan) => `${label}, a scan of ${plan.scanned.join(', ')}:\n${plan.text}`);
}

/** @param {Size | undefined} size */
function p50sOf(size) {
  return (size?.check?.rounds ?? []).map((round) => round.p50Ms);
}

/**
 * The median of the rounds' ratios: both sides of one round met the same noise.
 *
 * @param {Size | undefined} size
 * @param {Size | undefined} other
 */
function checkRatio(size, other) {
  const others = p50sOf(other);
  return rounded(median(p50sOf(size).map((p50, place) => p50 / (others[place] ?? Number.NaN))));
}

/**
 * @param {number} sum
 * @param {Size} size
 */
function failures(sum, { check, answers }) {
  const wrong = Object.values(answers)
    .flat()
    .filter(({ status }) => status !== 200 && status !== 204);
  return sum + wrong.length + (check ? failuresOf(check) : 0);
}

/**
 * @param {Size} size
 * @param {Size | undefined} smallest
 */
function ratioRow(size, smallest) {
  const other = smallest ? row(smallest) : {};
  const shown = Object.entries(row(size)).filter(([name]) => name.endsWith('p50 ms'));
  const ratios = shown.map(([name, ms]) => [
    name.replace(' ms', ' ÷ smallest'),
    name === CHECK_P50 ? checkRatio(size, smallest) : rounded(ms / (other[name] ?? Number.NaN)),
  ]);
  return /** @type {Record<string, number>} */ (Object.fromEntries(ratios));
}

/**
 * @param {Size} size
 * @returns {Record<string, number>}
 */
function row({ check, answers }) {
  const rounds = check?.rounds ?? [];
  /** @type {Record<string, number>} */
  const others = {};
  for (const [deed, those] of Object.entries(answers)) {
    const { p50, p99 } = timesOf(those);
    others[`${deed} p50 ms`] = p50;
    others[`${deed} p99 ms`] = p99;
  }
  return {
    'checks/s': Math.round(median(rounds.map((round) => round.perSecond))),
    [CHECK_P50]: rounded(median(rounds.map((round) => round.p50Ms))),
    'check p99 ms': rounded(median(rounds.map((round) => round.p99Ms))),
    ...others,
  };
}

/**
 * What the statements took in the database, told with their plans.
 *
 * @param {Size} size
 */
function timesAt({ plans }) {
  const typical = (/** @type {RegExp} */ shape) => {
    const times = plans.filter(({ statement }) => shape.test(statement)).map(({ ms }) => ms);
    if (times.length === 0) throw new Error(`No plan was told of a statement like ${shape}.`);
    return Math.round(1_000 * median(times)) / 1_000;
  };
  return {
    check: typical(/asked\.place, sessions\.secret_hash/),
    'login’s insert': typical(/insert into sessions/),
    list: typical(/host\(ip\), user_agent, label from sessions/),
    logout: typical(/returning found\.place/),
    everywhere: typical(/id <> \$2\)\) as locked/),
    'sweeper’s look at a slice': typical(/row_number\(\) over/),
  };
}

/** @param {number} value */
function rounded(value) {
  return Math.round(value * 100) / 100;
}
