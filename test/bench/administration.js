/**
 * What administrators ask among very many sessions: the first page of every filter over HTTP, the plan of each, and what the
 * indexes cost a login.
 *
 *   npm run bench:administration -- --rows 10000000 --rounds 10
 */
import { randomBytes } from 'node:crypto';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { EVENTS, ROLES, VARIED } from './administration/rows.js';
import { runBench, SERVER } from './built.js';
import { bearer, each, logIn, timesOf } from './deeds.js';
import { whileTidy } from './interruption.js';
import { ask } from './keep-alive-client.js';
import { numbersFrom, requireRows } from './numbers.js';
import { explained, PlanLog } from './plans.js';
import { ServerProcess } from './server-process.js';
import { median, percentile } from './statistics.js';
import { TemporaryDatabase } from './temporary-database.js';

const USUAL = { rows: 10_000_000, rounds: 10 };
const FIRST_PAGE_MS = 200;
const COST_AT_MOST = 0.1;
const CHUNK = 250_000;
const LOGINS = 40;
const INSERTS = 1_000;
/** What migration 19 added, and a login writes to. */
const ADDED = `
  select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as make, pg_relation_size(indexrelid)::float8 as bytes
  from pg_index where indrelid = 'sessions'::regclass and not indisprimary and indexrelid::regclass::text <> 'sessions_expires_at_idx'`;

await runBench(measure);

async function measure() {
  const { rows, rounds } = numbersFrom(USUAL);
  requireRows('rows', rows);
  const opening = TemporaryDatabase.start({ rows: 2 });
  /** @type {ServerProcess | undefined} */
  let server;
  const tidy = async () => {
    await server?.stop();
    await (await opening).stop();
  };
  return whileTidy(tidy, async () => {
    const first = await opening;
    const database = await first.sibling('administered', { rows, sessions: VARIED }, console.log);
    await furnish(database, rows);
    const headers = bearer(await database.serviceKey('sessions'));
    const started = async (/** @type {string} */ url) =>
      (server = await ServerProcess.start(SERVER, { DATABASE_URL: url, LOG_LEVEL: 'warn' }, '/health/live'));
    const paths = await pathsOf(database);
    await started(explained(database.url, '-c auto_explain.log_analyze=on -c auto_explain.log_timing=off'));
    const plans = await plansOf(new PlanLog(join(database.folder, 'data')), server?.origin ?? '', headers, paths);
    await server?.stop();
    const { origin } = await started(database.url);
    const found = await timed(origin, headers, paths, rounds);
    for (const one of found) tell(one, plans.get(one.path) ?? '');
    const isQuick = found.every(({ p50 }) => p50 <= FIRST_PAGE_MS);
    return (await costOfLogin(database, origin, rows)) && isQuick ? 0 : 1;
  });
}

/**
 * @param {TemporaryDatabase} database
 * @param {number} rows
 */
async function furnish(database, rows) {
  await database.query(`insert into applications (id, name) values (gen_random_uuid(), 'Empty')`);
  await database.query(ROLES);
  const client = new pg.Client(database.url);
  await client.connect();
  try {
    await client.query(`create function pg_temp.id_of(kind text, since_ms bigint, n bigint) returns uuid immutable language sql
      return (lpad(to_hex(since_ms + n), 12, '0') || '7' || substr(md5(kind || n), 1, 3) || '8' || substr(md5(kind || n), 4, 15))::uuid`);
    for (let from = 1; from <= rows; from += CHUNK) {
      await client.query(`${EVENTS} where applications.name = 'Bench'`, [
        from,
        Math.min(rows, from + CHUNK - 1),
        rows / 2,
      ]);
      console.log(`events ${Math.min(rows, from + CHUNK - 1).toLocaleString('en')} of ${rows.toLocaleString('en')}`);
    }
    await client.query('vacuum analyze');
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}

/** @param {TemporaryDatabase} database */
async function pathsOf(database) {
  const ids = async (/** @type {string} */ text) => (await database.query(text)).map(({ id }) => String(id));
  const users = await ids(`select id from users where username = 'user7'`);
  const applications = await ids('select id from applications order by name');
  // Filling takes its time; of a table in use the newest session has just begun.
  const [newest] = await database.query(
    'select extract(epoch from max(created_at))::float8 * 1000 as ms from sessions',
  );
  const ago = (/** @type {number} */ hours) => new Date(Number(newest?.['ms']) - hours * 3_600_000).toISOString();
  const filters = [
    '',
    ...users.map((id) => `userId=${id}`),
    ...applications.map((id) => `applicationId=${id}`),
    ...['native', 'backendless', 'elvis', 'rested', 'dittofi', 'nobody'].map((name) => `contract=${name}`),
    ...['192.0.2.1', '203.0.113.1', '2001:db8::7', '10.1.2.0/24', '10.1.0.0/16', '10.0.0.0/8'].map(
      (at) => `address=${at}`,
    ),
    ...['198.51.100.0/24', '198.51.100.7', '203.0.113.0/24', '0.0.0.0/0', '::/0'].map((at) => `address=${at}`),
    ...['Chrome', 'Safari', 'Lynx', 'Nothing'].map((name) => `browser=${name}`),
    ...['Windows', 'Plan 9', 'Nothing'].map((name) => `system=${encodeURIComponent(name)}`),
    ...['editor', 'keeper', 'nobody'].map((name) => `role=${name}`),
    ...[0, 6, 11.99, 13].flatMap((hours) => [`createdBefore=${ago(hours)}`, `createdAfter=${ago(hours)}`]),
    ...[0.02, 6, 11.5, 13].flatMap((hours) => [`lastSeenBefore=${ago(hours)}`, `lastSeenAfter=${ago(hours)}`]),
    ...[0.5, 6, 11.5, 24].map((hours) => `idleForMs=${hours * 3_600_000}`),
    ...['10.1.0.0/16', '198.51.100.0/24', '192.0.2.1'].flatMap((at) => [
      `address=${at}&lastSeenBefore=${ago(6)}`,
      `address=${at}&lastSeenAfter=${ago(0.1)}`,
    ]),
    `contract=rested&browser=Lynx`,
    `contract=native&idleForMs=${11 * 3_600_000}&role=editor`,
  ];
  const day = (/** @type {number} */ days) => ago(24 * days);
  const history = [
    ...[0.1, 10, 29, 40].map((days) => `at=${day(days)}`),
    ...['192.0.2.1', '203.0.113.1', '10.1.2.0/24', '10.1.0.0/16', '10.0.0.0/8'].map(
      (at) => `at=${day(15)}&address=${at}`,
    ),
    `from=${day(20)}&to=${day(10)}&address=10.1.2.0/24`,
    ...['elvis', 'nobody'].map((name) => `at=${day(15)}&contract=${name}`),
    ...users.map((id) => `from=${day(30)}&userId=${id}`),
    `at=${day(15)}&role=keeper`,
    `at=${day(15)}&cause=admin`,
  ];
  return [
    ...filters.map((filter) => `/api/v1/admin/sessions?${filter}`),
    ...history.map((filter) => `/api/v1/admin/history?${filter}`),
  ];
}

/**
 * @param {string} origin
 * @param {import('node:http').OutgoingHttpHeaders} headers
 * @param {string[]} paths
 * @param {number} rounds
 */
async function timed(origin, headers, paths, rounds) {
  const agent = new Agent({ keepAlive: true });
  /** @type {Map<string, number[]>} */
  const times = new Map(paths.map((path) => [path, []]));
  try {
    for (let round = 0; round < rounds; round++)
      for (const path of paths) {
        const { status, ms } = await ask(origin + path, { agent, headers });
        times.get(path)?.push(status === 200 ? ms : Number.POSITIVE_INFINITY);
      }
  } finally {
    agent.destroy();
  }
  return [...times].map(([path, ms]) => ({ path, p50: median(ms), max: percentile(ms, 100) }));
}

/**
 * @param {PlanLog} log
 * @param {string} origin
 * @param {import('node:http').OutgoingHttpHeaders} headers
 * @param {string[]} paths
 */
async function plansOf(log, origin, headers, paths) {
  const agent = new Agent({ keepAlive: true });
  /** @type {Map<string, string>} */
  const plans = new Map();
  for (const path of paths) {
    await log.take();
    await ask(origin + path, { agent, headers });
    await pause(50);
    const lists = (await log.take()).filter(({ statement }) =>
      /sessions\.created_at desc|sessions\.occurred_at, sessions\.id limit/.test(statement),
    );
    const scans = lists.flatMap(({ text }) => [
      ...text.matchAll(/(?:Index Only Scan|Index Scan|Bitmap Index Scan|Seq Scan)[\w ]*? (?:using|on) (\w+)/g),
    ]);
    plans.set(
      path,
      [...new Set(scans.map(([, name]) => name))].filter((name) => !name?.startsWith('users_pkey')).join(', '),
    );
    if (process.env['SHOW_PLANS']) console.log(path, lists.map(({ text }) => text).join('\n'));
  }
  agent.destroy();
  return plans;
}

/**
 * @param {{ path: string, p50: number, max: number }} found
 * @param {string} plan
 */
function tell({ path, p50, max }, plan) {
  const word = p50 <= FIRST_PAGE_MS ? 'met   ' : 'MISSED';
  const query = decodeURIComponent(path.replace('/api/v1/admin/', ''));
  console.log(
    `${word} ${p50.toFixed(1).padStart(8)} ms  max ${max.toFixed(1).padStart(8)}  ${query.padEnd(90)}  ${plan}`,
  );
}

/**
 * With the indexes, without them, and with them again: each login inserts one row.
 *
 * @param {TemporaryDatabase} database
 * @param {string} origin
 * @param {number} rows
 */
async function costOfLogin(database, origin, rows) {
  const agent = new Agent({ keepAlive: true });
  const users = Array.from({ length: LOGINS }, (_, place) => `user${1 + ((place * 7919) % (rows / 2))}`);
  const logins = await each(users, 1, (user) => logIn({ origin, agent }, user));
  agent.destroy();
  const login = timesOf(logins).p50;
  const added = await database.query(ADDED);
  for (const { name, bytes } of added) console.log(`${String(name).padEnd(40)} ${Math.round(Number(bytes) / 1e6)} MB`);
  const before = await insertMs(database);
  for (const { name } of added) await database.query(`drop index ${String(name)}`);
  const without = await insertMs(database);
  for (const { make } of added) await database.query(String(make));
  const after = await insertMs(database);
  const [withMs, cost] = [(before + after) / 2, (before + after) / 2 - without];
  console.log(
    `session-insert: ${withMs.toFixed(3)} ms with the indexes, ${without.toFixed(3)} ms without; a whole login ${login} ms: ${((100 * cost) / login).toFixed(1)} % of it`,
  );
  return cost / login <= COST_AT_MOST;
}

/**
 * The median of the statement that a login sends, without its commit.
 *
 * @param {TemporaryDatabase} database
 */
async function insertMs(database) {
  const { INSERT } = /** @type {typeof import('../../src/session/session-statements.js')} */ (
    await import(join(SERVER, '../session/session-statements.js'))
  );
  const client = new pg.Client(database.url);
  await client.connect();
  const users = await database.query(`select id from users order by md5(id::text) limit ${INSERTS}`);
  const ms = [];
  for (const { id } of users) {
    await client.query('begin');
    const startedAt = performance.now();
    const who = ['10.1.2.3', 'Mozilla/5.0', null, null, null, null, null, 'Chrome', 'Linux'];
    const values = [id, 1, uuid(), 'native', randomBytes(32), 3_600_000, 86_400_000, ...who];
    await client.query({ name: 'session-insert', text: INSERT.text, values });
    ms.push(performance.now() - startedAt);
    await client.query('rollback');
  }
  await client.end();
  return median(ms);
}

/** In the order of time, as the server's own. */
function uuid() {
  const head = Date.now().toString(16).padStart(12, '0');
  return `${head}7${randomBytes(10).toString('hex').slice(0, 3)}8${randomBytes(10).toString('hex').slice(0, 15)}`;
}
