/**
 * Whether checks notice that very many sessions are ended by filter: their latency beside a job that ends them and alone, in
 * alternating windows on one machine; how fast they go; and that each leaves one event.
 *
 *   npm run bench:end-by-filter -- --rows 1000000 --ended 300000 --rounds 5 --seconds 8
 */
import { writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { runBench, SERVER } from './built.js';
import { bearer, logIn, post } from './deeds.js';
import { whileTidy } from './interruption.js';
import { ask } from './keep-alive-client.js';
import { isAsUsual, numbersFrom, requireRows } from './numbers.js';
import { print, publish, verdict } from './report.js';
import { versionsOf } from './report/machine.js';
import { ServerProcess } from './server-process.js';
import { median } from './statistics.js';
import { TemporaryDatabase } from './temporary-database.js';
import { CONNECTIONS, load, requireWrk } from './wrk.js';

const USUAL = { rows: 1_000_000, ended: 300_000, rounds: 5, seconds: 8 };
const P99_AT_MOST = 1.5;
const FILTER = { contract: 'rested', address: '203.0.113.0/24' };
const MEANT = `
  update sessions set contract = 'rested'
  where (user_id, id) in (select user_id, id from sessions order by md5(id::text) limit $1)`;
const ENDED = `
  select count(*)::integer as events, count(distinct session_id)::integer as sessions
  from session_events where type = 'session.ended' and cause = 'admin_filter'`;
const LEFT = `select count(*)::integer as count from sessions where contract = 'rested'`;

/** @typedef {import('./wrk.js').Load} Load */
/** @typedef {import('./deeds.js').Server} Server */
/** @typedef {{ id: string, status: string, done: number, total: number }} Job */
/** @typedef {{ load: Load, rows: number, ms: number }} Window */

await runBench(measure, requireWrk);

async function measure() {
  const { rows, ended, rounds, seconds } = numbersFrom(USUAL);
  requireRows('rows', rows);
  const opening = TemporaryDatabase.start({ rows: 2 });
  /** @type {pg.Client | undefined} */
  let counting;
  /** @type {ServerProcess | undefined} */
  let process;
  const agent = new Agent({ keepAlive: true });
  const tidy = async () => {
    agent.destroy();
    await process?.stop();
    await counting?.end();
    await (await opening).stop();
  };
  return whileTidy(tidy, async () => {
    const database = await (await opening).sibling('filtered', { rows }, console.log);
    const client = new pg.Client(database.url);
    counting = client;
    await client.connect();
    await client.query(MEANT, [ended]);
    await client.query(`update users set roles = '{admin}' where username = 'user1'`);
    await client.query('vacuum analyze sessions');
    const tokenFile = join(database.folder, 'tokens');
    const tokens = await database.tokens(Math.min(100_000, rows - ended));
    await writeFile(tokenFile, tokens.map((token) => `Authorization: Bearer ${token}`).join('\n'));
    process = await ServerProcess.start(SERVER, { DATABASE_URL: database.url, LOG_LEVEL: 'warn' }, '/health/live');
    const server = { origin: process.origin, agent };
    const check = () => load(`${server.origin}/api/v1/auth/session`, tokenFile, seconds);
    await check();
    /** @type {Load[]} */
    const alone = [];
    /** @type {Window[]} */
    const beside = [];
    for (let round = 1; round <= rounds; round++) {
      alone.push(await check());
      beside.push(await whileEnding(server, check));
      tell(round, alone.at(-1), beside.at(-1));
    }
    const rest = await finished(server);
    const { rows: events } = await client.query(ENDED);
    const { rows: left } = await client.query(LEFT);
    const counts = { ...events[0], left: left[0].count };
    return report({ alone, beside, rest, counts }, database, { rows, ended, rounds, seconds });
  });
}

/**
 * A job runs for as long as the load does, and is stopped after it.
 *
 * @param {Server} server
 * @param {() => Promise<Load>} check
 * @returns {Promise<Window>}
 */
async function whileEnding(server, check) {
  const { token, job } = await begin(server);
  const startedAt = performance.now();
  const found = await check();
  const stopped = await post(server, `/api/v1/admin/jobs/${job.id}/stop`, bearer(token), {});
  const ms = performance.now() - startedAt;
  /** @type {Job} */
  const { status, done } = JSON.parse(stopped.body);
  if (status !== 'stopped') throw new Error(`The job was ${status} before the load ended: take more --ended.`);
  return { load: found, rows: done, ms };
}

/**
 * What is left ends while nobody asks anything.
 *
 * @param {Server} server
 */
async function finished(server) {
  const { token, job } = await begin(server);
  const startedAt = performance.now();
  for (;;) {
    const answer = await ask(`${server.origin}/api/v1/admin/jobs/${job.id}`, {
      agent: server.agent,
      headers: bearer(token),
    });
    /** @type {Job} */
    const { status, done } = JSON.parse(answer.body);
    if (status === 'done') return { rows: done, ms: performance.now() - startedAt };
    if (status !== 'running') throw new Error(`The last job is ${status}.`);
    await pause(100);
  }
}

/**
 * Dry run and confirmation, by an administrator who has just logged in.
 *
 * @param {Server} server
 * @returns {Promise<{ token: string, job: Job }>}
 */
async function begin(server) {
  const { token } = JSON.parse((await logIn(server, 'user1')).body);
  const path = '/api/v1/admin/sessions/end';
  const dryRun = await post(server, path, bearer(token), { filter: FILTER, dryRun: true });
  const { confirmation } = JSON.parse(dryRun.body);
  const accepted = await post(server, path, bearer(token), { filter: FILTER, confirmation, reason: 'A bench' });
  if (accepted.status !== 202) throw new Error(`No job: ${accepted.status} ${accepted.body}`);
  return { token, job: JSON.parse(accepted.body) };
}

/**
 * @param {number} round
 * @param {Load | undefined} alone
 * @param {Window | undefined} ending
 */
function tell(round, alone, ending) {
  const rows = ending ? Math.round((ending.rows * 1_000) / ending.ms) : 0;
  console.log(
    `window ${round}: alone p50 ${alone?.p50Ms} p99 ${alone?.p99Ms} ms; while ending p50 ${ending?.load.p50Ms} p99 ${ending?.load.p99Ms} ms, ${rows} rows/s`,
  );
}

/**
 * @param {{ alone: Load[], beside: Window[], rest: { rows: number, ms: number }, counts: { events: number, sessions: number, left: number } }} found
 * @param {TemporaryDatabase} database
 * @param {{ rows: number, ended: number, rounds: number, seconds: number }} how
 */
async function report({ alone, beside, rest, counts }, database, { rows, ended, rounds, seconds }) {
  const loads = beside.map((window) => window.load);
  const ratioOf = (/** @type {'p50Ms' | 'p99Ms'} */ key) =>
    rounded(median(loads.map((one, place) => one[key] / (alone[place]?.[key] ?? Number.NaN))));
  const failures = [...alone, ...loads].reduce((sum, one) => sum + one.failures, 0);
  const told = [...beside, rest].reduce((sum, one) => sum + one.rows, 0);
  const miscounted =
    Math.abs(told - ended) + Math.abs(counts.events - ended) + Math.abs(counts.sessions - ended) + counts.left;
  const section = {
    name: 'end-by-filter',
    order: 33,
    title: 'Ending by filter while checks run',
    command: 'npm run bench:end-by-filter',
    setting: `${ended.toLocaleString('en')} of ${rows.toLocaleString('en')} sessions are meant; ${CONNECTIONS} connections, ${rounds} windows of ${seconds} s each way in turn, medians.`,
    versions: await versionsOf(database),
    gates: [
      { what: 'check p99, while ending ÷ alone', atMost: P99_AT_MOST, found: ratioOf('p99Ms') },
      { what: 'requests that were not answered 200', atMost: 0, found: failures },
      { what: 'sessions left, counted twice or without one event', atMost: 0, found: miscounted },
    ],
    ratios: [{ rows: { 'while ending ÷ alone': { p50: ratioOf('p50Ms'), p99: ratioOf('p99Ms') } } }],
    figures: [
      { title: 'Checks', rows: { alone: row(alone), 'while ending': row(loads) } },
      { title: 'Sessions ended', rows: { 'under this load': rate(beside), 'with nobody asking': rate([rest]) } },
    ],
    charts: [],
    notes: [
      'Jobs take at most a fifth of the time: under load each batch takes longer, and the rest after it does too.',
    ],
  };
  print(section);
  if (isAsUsual({ rows, ended, rounds, seconds }, USUAL)) await publish(section);
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
