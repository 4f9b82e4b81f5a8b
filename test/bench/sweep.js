/**
 * Whether checks notice the sweeper: their latency while expired rows are swept beside their latency alone, in
 * alternating windows on one machine; how fast the rows go; and how many touches were HOT updates meanwhile.
 *
 *   npm run bench:sweep -- --rows 1000000 --rounds 5 --seconds 8
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { runBench, SERVER } from './built.js';
import { whileTidy } from './interruption.js';
import { isAsUsual, numbersFrom, requireRows } from './numbers.js';
import { print, publish, verdict } from './report.js';
import { versionsOf } from './report/machine.js';
import { ServerProcess } from './server-process.js';
import { median } from './statistics.js';
import { TemporaryDatabase } from './temporary-database.js';
import { CONNECTIONS, load, requireWrk } from './wrk.js';

const USUAL = { rows: 1_000_000, rounds: 5, seconds: 8 };
/** One of so many sessions lives, the others are past their lifetime. */
const LIVE_EVERY = 11;
const P99_AT_MOST = 1.5;
const HOT_AT_LEAST = 0.95;
/** The sweeper's own lock: who holds it keeps the sweepers of all nodes away. */
const LOCK = 4829137;
const PATIENCE_MS = 60_000;

const EXPIRED = 'select count(*)::integer as count from sessions where expires_at <= now()';
const HELD = `select from pg_locks where locktype = 'advisory' and objid = ${LOCK} and granted`;
const UPDATES = `select n_tup_upd::integer as updates, n_tup_hot_upd::integer as hot from pg_stat_user_tables where relname = 'sessions'`;

/** @typedef {import('./wrk.js').Load} Load */
/** @typedef {{ load: Load, rows: number, ms: number }} Window */

await runBench(measure, requireWrk);

async function measure() {
  const { rows, rounds, seconds } = numbersFrom(USUAL);
  requireRows('rows', rows);
  const total = Math.ceil(rows / (LIVE_EVERY - 1)) * LIVE_EVERY;
  const opening = TemporaryDatabase.start({ rows: 2 });
  /** @type {pg.Client | undefined} */
  let keeping;
  /** @type {ServerProcess | undefined} */
  let server;
  const tidy = async () => {
    await server?.stop();
    await keeping?.end();
    await (await opening).stop();
  };
  return whileTidy(tidy, async () => {
    const filling = { rows: total + (total % 2), liveEvery: LIVE_EVERY };
    const first = await opening;
    const database = await first.sibling('swept', filling, console.log);
    const keeper = new pg.Client(database.url);
    keeping = keeper;
    await keeper.connect();
    await keeper.query(`select pg_advisory_lock(${LOCK})`);
    const tokenFile = join(database.folder, 'tokens');
    const tokens = await database.tokens(100_000);
    await writeFile(tokenFile, tokens.map((token) => `Authorization: Bearer ${token}`).join('\n'));
    server = await ServerProcess.start(SERVER, { DATABASE_URL: database.url, LOG_LEVEL: 'warn' }, '/health/live');
    const url = `${server.origin}/api/v1/auth/session`;
    const check = () => load(url, tokenFile, seconds);
    await check();
    /** @type {Load[]} */
    const alone = [];
    /** @type {Window[]} */
    const beside = [];
    for (let round = 1; round <= rounds; round++) {
      alone.push(await check());
      beside.push(await whileSwept(keeper, check));
      tell(round, alone.at(-1), beside.at(-1));
    }
    const rest = await finished(keeper);
    return report({ alone, beside, rest }, await updatesOf(keeper), database, { rows, rounds, seconds });
  });
}

/**
 * Lets the sweepers in, and keeps them away again after the load.
 *
 * @param {pg.Client} keeper
 * @param {() => Promise<Load>} check
 * @returns {Promise<Window>}
 */
async function whileSwept(keeper, check) {
  const before = await expiredOf(keeper);
  await letIn(keeper);
  const startedAt = performance.now();
  const found = await check();
  await keeper.query(`select pg_advisory_lock(${LOCK})`);
  const ms = performance.now() - startedAt;
  return { load: found, rows: before - (await expiredOf(keeper)), ms };
}

/**
 * Answers once a sweeper is at work.
 *
 * @param {pg.Client} keeper
 */
async function letIn(keeper) {
  await keeper.query(`select pg_advisory_unlock(${LOCK})`);
  const until = Date.now() + PATIENCE_MS;
  while ((await keeper.query(HELD)).rowCount === 0) {
    if (Date.now() > until) throw new Error('No sweeper came.');
    await pause(20);
  }
}

/**
 * What is left goes while nobody asks anything.
 *
 * @param {pg.Client} keeper
 */
async function finished(keeper) {
  const rows = await expiredOf(keeper);
  await letIn(keeper);
  const startedAt = performance.now();
  for (let left = rows; left > 0; left = await expiredOf(keeper)) {
    console.log(`${left.toLocaleString('en')} expired rows are left`);
    await pause(2_000);
  }
  return { rows, ms: performance.now() - startedAt };
}

/** @param {pg.Client} keeper */
async function expiredOf(keeper) {
  /** @type {pg.QueryResult<{ count: number }>} */
  const { rows } = await keeper.query(EXPIRED);
  return rows[0]?.count ?? 0;
}

/** @param {pg.Client} keeper */
async function updatesOf(keeper) {
  await pause(2_000); // The database counts with a delay of a second.
  /** @type {pg.QueryResult<{ updates: number, hot: number }>} */
  const { rows } = await keeper.query(UPDATES);
  return rows[0] ?? { updates: 0, hot: 0 };
}

/**
 * @param {number} round
 * @param {Load | undefined} alone
 * @param {Window | undefined} swept
 */
function tell(round, alone, swept) {
  const before = alone ? `alone p50 ${alone.p50Ms} p99 ${alone.p99Ms} ms; ` : '';
  const rows = swept ? Math.round((swept.rows * 1_000) / swept.ms) : 0;
  console.log(
    `window ${round}: ${before}while swept p50 ${swept?.load.p50Ms} p99 ${swept?.load.p99Ms} ms, ${rows} rows/s`,
  );
}

/**
 * @param {{ alone: Load[], beside: Window[], rest: { rows: number, ms: number } }} found
 * @param {{ updates: number, hot: number }} touches
 * @param {TemporaryDatabase} database
 * @param {{ rows: number, rounds: number, seconds: number }} how
 */
async function report({ alone, beside, rest }, { updates, hot }, database, { rows, rounds, seconds }) {
  const loads = beside.map((window) => window.load);
  const ratioOf = (/** @type {'p50Ms' | 'p99Ms'} */ key) =>
    rounded(median(loads.map((one, place) => one[key] / (alone[place]?.[key] ?? Number.NaN))));
  const failures = [...alone, ...loads].reduce((sum, one) => sum + one.failures, 0);
  const section = {
    name: 'sweep',
    order: 42,
    title: 'Sweeping while checks run',
    command: 'npm run bench:sweep',
    setting: `${rows.toLocaleString('en')} expired rows among ${(rows / 10).toLocaleString('en')} live ones; ${CONNECTIONS} connections, ${rounds} windows of ${seconds} s each way in turn, medians.`,
    versions: await versionsOf(database),
    gates: [
      { what: 'check p99, while swept ÷ alone', atMost: P99_AT_MOST, found: ratioOf('p99Ms') },
      {
        what: `HOT updates of ${updates.toLocaleString('en')} touches`,
        atLeast: HOT_AT_LEAST,
        found: rounded(hot / updates),
      },
      { what: 'requests that were not answered 200', atMost: 0, found: failures },
    ],
    ratios: [{ rows: { 'while swept ÷ alone': { p50: ratioOf('p50Ms'), p99: ratioOf('p99Ms') } } }],
    figures: [
      { title: 'Checks', rows: { alone: row(alone), 'while swept': row(loads) } },
      { title: 'Rows swept', rows: { 'under this load': rate(beside), 'with nobody asking': rate([rest]) } },
    ],
    charts: [],
    notes: ['Under load each batch takes longer, and the sweeper rests longer after it.'],
  };
  print(section);
  if (isAsUsual({ rows, rounds, seconds }, USUAL)) await publish(section);
  return verdict(section);
}

/** @param {{ rows: number, ms: number }[]} windows */
function rate(windows) {
  const rows = windows.reduce((sum, window) => sum + window.rows, 0);
  const ms = windows.reduce((sum, window) => sum + window.ms, 0);
  return { rows, s: Math.round(ms / 1_000), 'rows/s': Math.round((rows * 1_000) / ms) };
}

/** @param {Load[]} loads */
function row(loads) {
  return {
    'req/s': Math.round(median(loads.map((one) => one.perSecond))),
    'p50 ms': median(loads.map((one) => one.p50Ms)),
    'p99 ms': median(loads.map((one) => one.p99Ms)),
  };
}

/** @param {number} value */
function rounded(value) {
  return Math.round(value * 1_000) / 1_000;
}
