/**
 * Whether cost grows with the table: check, login, list, logout and log-out-everywhere among so many sessions, in
 * alternating rounds on one PostgreSQL, and the plans of every statement that took part.
 *
 *   npm run bench:growth -- --sizes 10000,1000000,10000000 --rounds 5 --seconds 4
 */
import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { runBench, SERVER } from './built.js';
import { each, listMine, logIn, logOut } from './deeds.js';
import { report } from './growth-report.js';
import { whileTidy } from './interruption.js';
import { isAsUsual, requireRows, wholeNumber } from './numbers.js';
import { explained, PlanLog } from './plans.js';
import { contestant, race } from './race.js';
import { ServerProcess } from './server-process.js';
import { TemporaryDatabase } from './temporary-database.js';
import { requireWrk } from './wrk.js';

const USUAL = { sizes: '10000,1000000,10000000', rounds: 5, seconds: 4 };
const TOKENS = 100_000;
/** Of each round and size. */
const DEEDS = { login: 24, list: 100, logout: 100, everywhere: 50 };
const AT_ONCE = 4;
/** How often each route is asked while plans are told: often enough for plans that are kept. */
const EXPLAINED = 12;
/** The sweeper begins after ten seconds. */
const SWEEP_MS = 13_000;

/** @typedef {import('./growth-report.js').Size} Size */

await runBench(measure, requireWrk);

async function measure() {
  const { values } = parseArgs({
    options: {
      sizes: { type: 'string', default: USUAL.sizes },
      rounds: { type: 'string', default: String(USUAL.rounds) },
      seconds: { type: 'string', default: String(USUAL.seconds) },
    },
  });
  const counts = values.sizes.split(',').map((text) => wholeNumber('sizes', text));
  for (const count of counts) requireRows('sizes', count);
  const [rounds, seconds] = [wholeNumber('rounds', values.rounds), wholeNumber('seconds', values.seconds)];
  const opening = TemporaryDatabase.start({ rows: 2 });
  /** @type {Size[]} */
  const sizes = [];
  const tidy = async () => {
    await Promise.all(sizes.flatMap(({ server }) => server?.stop() ?? []));
    await (await opening).stop();
  };
  return whileTidy(tidy, async () => {
    const first = await opening;
    for (const rows of counts) sizes.push(await filled(first, rows));
    for (const size of sizes) size.plans = await plansOf(size);
    for (const size of sizes) await serve(size);
    const contestants = sizes.flatMap(({ check }) => check ?? []);
    console.log(`Checks, ${rounds} rounds of ${seconds} s each`);
    await race(contestants, rounds, seconds);
    for (let round = 1; round <= rounds; round++) {
      console.log(`Logins, lists and logouts, round ${round} of ${rounds}`);
      for (const size of sizes) await deeds(size);
    }
    const isKept = isAsUsual({ sizes: values.sizes, rounds, seconds }, USUAL);
    return report(sizes, { rounds, seconds, tokens: TOKENS, isKept }, first);
  });
}

/**
 * @param {TemporaryDatabase} first
 * @param {number} rows
 * @returns {Promise<Size>}
 */
async function filled(first, rows) {
  const label = `${rows.toLocaleString('en')} sessions`;
  const startedAt = performance.now();
  const database = await first.sibling(`size_${rows}`, { rows }, (line) => console.log(`${label}: ${line}`));
  const all = await database.tokens(2 * TOKENS);
  console.log(`${label}: filled in ${Math.round((performance.now() - startedAt) / 1_000)} s`);
  const answers = { login: [], list: [], logout: [], everywhere: [] };
  return { rows, label, database, ...sides(all), answers, plans: [], userCount: rows / 2 };
}

/**
 * Whoever is checked does nothing else; each token of the others is another user's.
 *
 * @param {string[]} all
 */
function sides(all) {
  const user = (/** @type {string} */ token) => token.slice(0, 'cfs_'.length + 20);
  const isChecked = (/** @type {string} */ token) => (token.codePointAt('cfs_'.length + 12) ?? 0) % 2 === 0;
  const others = new Map(all.filter((token) => !isChecked(token)).map((token) => [user(token), token]));
  return { checked: all.filter(isChecked), tokens: [...others.values()] };
}

/**
 * Every route a few times, and the sweeper, over connections that tell their plans: once as PostgreSQL chooses, once with plans that know
 * no values.
 *
 * @param {Size} size
 */
async function plansOf(size) {
  const log = new PlanLog(join(size.database.folder, 'data'));
  const plans = [];
  for (const more of ['', '-c plan_cache_mode=force_generic_plan']) {
    const environment = { DATABASE_URL: explained(size.database.url, more), LOG_LEVEL: 'warn' };
    size.server = await ServerProcess.start(SERVER, environment, '/health/live');
    await log.take(); // What a start asks, it asks once.
    await deeds({ ...size, answers: { login: [], list: [], logout: [], everywhere: [] } }, EXPLAINED);
    if (more === '') await pause(SWEEP_MS); // The sweeper brings settings of its own.
    await size.server.stop();
    plans.push(...(await log.take()));
  }
  return plans;
}

/** @param {Size} size */
async function serve(size) {
  const { database, checked, rows, label } = size;
  const server = await ServerProcess.start(SERVER, { DATABASE_URL: database.url, LOG_LEVEL: 'warn' }, '/health/live');
  const tokenFile = join(database.folder, `tokens-${rows}`);
  await writeFile(tokenFile, checked.map((token) => `Authorization: Bearer ${token}`).join('\n'));
  size.server = server;
  size.check = contestant(label, server, '/api/v1/auth/session', tokenFile);
}

/**
 * Each token is used once.
 *
 * @param {Size} size
 * @param {number} [count] Of each, where it is not as usual.
 */
async function deeds({ server, tokens, answers, userCount }, count) {
  const agent = new Agent({ keepAlive: true });
  const at = { origin: server?.origin ?? '', agent };
  const take = (/** @type {number} */ many) => tokens.splice(-many);
  const login = () => logIn(at, `user${randomInt(1, userCount + 1)}`);
  try {
    answers.login.push(...(await each(Array.from({ length: count ?? DEEDS.login }), 2, login)));
    answers.list.push(...(await each(take(count ?? DEEDS.list), AT_ONCE, (token) => listMine(at, token))));
    answers.logout.push(...(await each(take(count ?? DEEDS.logout), AT_ONCE, (token) => logOut(at, token))));
    const everywhere = (/** @type {string} */ token) => logOut(at, token, { scope: 'all' });
    answers.everywhere.push(...(await each(take(count ?? DEEDS.everywhere), AT_ONCE, everywhere)));
  } finally {
    agent.destroy();
  }
}
