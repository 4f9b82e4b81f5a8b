/**
 * Several nodes behind nginx on one PostgreSQL: checks a second and what each costs whom, whether a logout on one node is
 * final on all, and what logins, logouts and touches cost the database.
 *
 *   npm run bench:nodes -- --nodes 1,2,4 --rounds 5 --seconds 3
 */
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runBench } from './built.js';
import { countOf, isPublishable } from './contest/terms.js';
import { whileTidy } from './interruption.js';
import { requireNginx } from './nginx.js';
import { costsOfSessions, roomOf } from './nodes/costs.js';
import { DatabaseCost } from './nodes/database-cost.js';
import { logOutEverywhere } from './nodes/finality.js';
import { Fleet } from './nodes/fleet.js';
import { sectionOf } from './nodes/section.js';
import { requirePgBouncer } from './pgbouncer.js';
import { raceWith } from './race.js';
import { print, publish, verdict } from './report.js';
import { versionsOf } from './report/machine.js';
import { load, requireWrk } from './wrk.js';

const TOKENS = 1_000;
const LOGOUTS = 300;
const DEFAULT_NODES = '1,2,4';

/** @typedef {import('./nodes/fleet.js').Site} Site */
/** @typedef {{ nginx: number, database: number }} Beside Microseconds a check of those who work beside the nodes. */
/** @typedef {import('./race.js').Entrant & { server: Site, beside: Beside[] }} Entrant */
/** @typedef {{ rounds: number, seconds: number, counts: number[] }} Given */

await runBench(measure, () => [requireWrk, requireNginx, requirePgBouncer].forEach((require) => require()));

async function measure() {
  const given = readGiven();
  const fleet = new Fleet();
  return whileTidy(
    () => fleet.stop(),
    () => measureWith(fleet, given),
  );
}

/** @returns {Given} */
function readGiven() {
  const { values } = parseArgs({
    options: {
      nodes: { type: 'string', default: DEFAULT_NODES },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '3' },
    },
  });
  const counts = [...new Set(values.nodes.split(',').map((text) => countOf('nodes', text)))];
  if (Math.max(...counts) > 16) throw new Error('--nodes takes numbers up to 16: each is a process.');
  return { counts, rounds: countOf('rounds', values.rounds), seconds: countOf('seconds', values.seconds) };
}

/**
 * @param {Fleet} fleet
 * @param {Given} given
 */
async function measureWith(fleet, given) {
  const { counts, rounds, seconds } = given;
  console.log('Filling the tables and starting the nodes …');
  const database = await fleet.database();
  const cost = new DatabaseCost(database);
  const tokens = await database.tokens(TOKENS + LOGOUTS);
  const [staying, leaving] = [tokens.slice(0, TOKENS), tokens.slice(TOKENS)];
  const headerFile = join(database.folder, 'tokens');
  await writeFile(headerFile, staying.map((token) => `Authorization: Bearer ${token}`).join('\n'));
  /** @type {import('./server-process.js').ServerProcess[]} */
  const nodes = [];
  while (nodes.length < Math.max(...counts)) nodes.push(await fleet.node(database.url));
  const [first] = nodes;
  if (!first) throw new Error('There is no node.');
  const behind = [];
  for (const count of counts) behind.push(entrant(labelOf(count), await fleet.behindNginx(nodes.slice(0, count))));
  const connections = await connectionsOf(database, nodes.length);
  const alone = entrant('1 node, asked directly', fleet.alone(first));
  const pooled = entrant('1 node, asked directly, PgBouncer', await fleet.behindPgBouncer(database));
  const entrants = [alone, ...behind, pooled];

  console.log(`Checks: ${entrants.length} contestants, ${rounds} rounds of ${seconds} s each …`);
  await raceWith(entrants, rounds, (one, isWarmUp) => ask(one, cost, headerFile, isWarmUp ? 2 : seconds, isWarmUp));
  console.log(`${LOGOUTS} logouts under load …`);
  const most = behind.reduce((one, other) => (other.server.nodes.length > one.server.nodes.length ? other : one));
  const finality = await logOutEverywhere(most.server, leaving, staying);
  console.log('What logins, logouts and touches cost …');
  const costs = await costsOfSessions(database, cost, first.origin);
  const room = await roomOf(database);

  const found = { alone, behind, pooled, finality, costs, room, connections };
  const section = sectionOf(found, { rounds, seconds, versions: await versionsOf(database) });
  print(section);
  console.log(coresLine());
  const isWhole = counts.join(',') === DEFAULT_NODES && isPublishable({ rounds, seconds, withPeers: true });
  if (isWhole) await publish(section);
  else console.log(`Not kept in docs: that takes nodes ${DEFAULT_NODES} and five rounds of three seconds.`);
  return verdict(section);
}

/** @param {number} count */
function labelOf(count) {
  return `${count} ${count === 1 ? 'node' : 'nodes'} behind nginx`;
}

/**
 * @param {string} label
 * @param {Site} site
 * @returns {Entrant}
 */
function entrant(label, site) {
  return { label, server: /** @type {never} */ (site), rounds: [], beside: [] };
}

/**
 * One round, with what it cost those beside the nodes.
 *
 * @param {Entrant} one
 * @param {DatabaseCost} cost
 * @param {string} headerFile
 * @param {number} seconds
 * @param {boolean} isWarmUp
 */
async function ask({ server, beside }, cost, headerFile, seconds, isWarmUp) {
  const proxy = () => server.proxy?.cpuUs() ?? 0;
  const [proxyUs, databaseUs] = [proxy(), cost.cpuUs()];
  const result = await load(`${server.origin}/api/v1/auth/session`, headerFile, seconds);
  const { requests } = result;
  if (!isWarmUp)
    beside.push({ nginx: (proxy() - proxyUs) / requests, database: (cost.cpuUs() - databaseUs) / requests });
  return result;
}

/**
 * Connections that each node keeps for checks.
 *
 * @param {import('./temporary-database.js').TemporaryDatabase} database
 * @param {number} nodes
 */
async function connectionsOf(database, nodes) {
  const [row] = await database.query(
    `select count(*) as count from pg_stat_activity where application_name = 'curfew checks'`,
  );
  return Number(row?.['count']) / nodes;
}

function coresLine() {
  const cores = availableParallelism();
  return `${cores} cores for nodes, nginx, PostgreSQL and wrk together: more nodes than cores cannot answer more here. The processor time a check shows what a core of each can do.`;
}
