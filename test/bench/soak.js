/**
 * Whether a node is after an hour what it was after ten minutes: memory, descriptors, connections, prepared statements and
 * its log, under half of the load that it could carry.
 *
 *   npm run soak
 */
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { runBench } from './built.js';
import { credentialsOf } from './fill.js';
import { whileTidy } from './interruption.js';
import { Listeners } from './listeners.js';
import { MixedLoad } from './mixed-load.js';
import { isAsUsual, numbersFrom } from './numbers.js';
import { ProbedServer } from './probed-server.js';
import { print, publish, verdict } from './report.js';
import { sectionOf } from './soak-section.js';
import { TemporaryDatabase } from './temporary-database.js';

const USUAL = { minutes: 60, settled: 10 };
const MINUTE_MS = 60_000;
const CALIBRATION_MS = 20_000;
const WARM_UP_MS = 5_000;
const USERS = 200;
const STREAMS = 20;
const CONNECTIONS_OF = `
  select count(*)::int as count from pg_stat_activity where datname = current_database() and application_name like 'curfew%'`;

/** @typedef {{ native: string[], elvis: string[] }} Tokens */
/**
 * @typedef {object} Minute
 * @property {number} minute
 * @property {number} residentBytes
 * @property {number} keptBytes
 * @property {number} descriptors
 * @property {number} connections To PostgreSQL.
 * @property {number} statements
 * @property {number} logLines So far, beside those that tell of a request.
 * @property {number} answers
 */

await runBench(measure);

async function measure() {
  const sizes = numbersFrom(USUAL);
  if (sizes.settled >= sizes.minutes) throw new Error('--settled must be less than --minutes.');
  /** @type {(() => unknown)[]} In the order in which they began. */
  const started = [];
  const tidy = async () => {
    for (let stop = started.pop(); stop; stop = started.pop()) await stop();
  };
  return whileTidy(tidy, async () => {
    const opening = TemporaryDatabase.start();
    started.push(async () => (await opening).stop());
    const database = await opening;
    const logPath = join(database.folder, 'log');
    const log = { level: 'info', output: openSync(logPath, 'a') };
    const server = await ProbedServer.start(database.url, join(database.folder, 'probe'), log);
    started.push(() => server.stop());
    const listeners = new Listeners(server.server.origin, [await database.serviceKey('events')]);
    started.push(() => listeners.stop());
    await listeners.open(STREAMS);
    const tokens = { native: await database.tokens(1_000), elvis: await database.tokens(1_000, 'elvis') };
    const perSecond = (await most(server, tokens)) / 2;
    const linesBefore = linesOf(logPath).length;
    const load = loadOf(server, tokens, perSecond);
    started.push(() => load.stop());
    const found = [];
    for (let minute = 1; minute <= sizes.minutes; minute++)
      found.push(await minuteOf(minute, { server, database, load, logPath }));
    const messages = countOf(linesOf(logPath).slice(linesBefore));
    const section = await sectionOf({ database, found, messages, perSecond, settled: sizes.settled });
    print(section);
    if (isAsUsual(sizes, USUAL)) await publish(section);
    return verdict(section);
  });
}

/**
 * What the same clients get a second where none of them waits.
 *
 * @param {ProbedServer} server
 * @param {Tokens} tokens
 */
async function most(server, tokens) {
  const load = loadOf(server, tokens, Infinity);
  await pause(WARM_UP_MS);
  load.take();
  await pause(CALIBRATION_MS);
  const { right } = load.take();
  await load.stop();
  const perSecond = right / (CALIBRATION_MS / 1_000);
  console.log(`At most ${Math.round(perSecond).toLocaleString('en')} requests/s: half of that from now on.`);
  return perSecond;
}

/**
 * Nine of ten requests check, one in ten of these at a wire; five logins and logouts a second go with them.
 *
 * @param {ProbedServer} server
 * @param {Tokens} tokens
 * @param {number} perSecond
 */
function loadOf(server, tokens, perSecond) {
  return new MixedLoad(server.server.origin, tokens, credentialsOf(USERS), {
    checks: { connections: 28, perSecond: perSecond * 0.9 },
    wireChecks: { connections: 4, perSecond: perSecond * 0.1 },
  });
}

/**
 * @param {number} minute
 * @param {{ server: ProbedServer, database: TemporaryDatabase, load: MixedLoad, logPath: string }} parts
 * @returns {Promise<Minute>}
 */
async function minuteOf(minute, { server, database, load, logPath }) {
  await pause(MINUTE_MS);
  const { right: answers, failures } = load.take();
  const failed = JSON.stringify(failures);
  if (failed !== '{}') throw new Error(`Of the requests of minute ${minute} these failed: ${failed}`);
  const [row] = await database.query(CONNECTIONS_OF);
  const found = {
    minute,
    residentBytes: server.residentBytes(),
    keptBytes: await server.keptBytes(),
    descriptors: server.descriptors(),
    connections: Number(row?.['count']),
    statements: await server.statements(),
    logLines: linesOf(logPath).filter(({ route }) => route === undefined).length,
    answers,
  };
  if (found.statements === 0)
    throw new Error('The server has prepared no statement: the probe sees none of its connections.');
  const mebibytes = (/** @type {number} */ bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  console.log(
    `  minute ${minute}: ${mebibytes(found.residentBytes)} resident, ${mebibytes(found.keptBytes)} kept, ` +
      `${found.descriptors} descriptors, ${found.connections} connections, ${found.statements} prepared statements, ` +
      `${found.logLines} lines of log, ${answers.toLocaleString('en')} answers`,
  );
  return found;
}

/** @typedef {{ level: string, msg: string, route?: string }} LogLine */

/**
 * @param {string} path
 * @returns {LogLine[]}
 */
function linesOf(path) {
  // What a server says to people when it starts is no line of its log.
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.filter((line) => line.startsWith('{')).map((line) => /** @type {LogLine} */ (JSON.parse(line)));
}

/**
 * How often each message was logged.
 *
 * @param {LogLine[]} lines
 */
function countOf(lines) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const { level, msg } of lines) counts[`${level}: ${msg}`] = (counts[`${level}: ${msg}`] ?? 0) + 1;
  return counts;
}
