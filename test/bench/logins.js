/**
 * Whether a flood of logins keeps checks waiting: the latency of checks at a moderate load, alone and while many users
 * log in at once with the right passwords.
 *
 *   npm run bench:logins
 */
import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { runBench, SERVER } from './built.js';
import { credentialsOf } from './fill.js';
import { whileTidy } from './interruption.js';
import { ask, KeepAliveClient } from './keep-alive-client.js';
import { ServerProcess } from './server-process.js';
import { percentile } from './statistics.js';
import { TemporaryDatabase } from './temporary-database.js';

const LOGINS = 200;
const CHECKS = { connections: 16, perSecond: 800 };
const ALONE_MS = 5_000;
const P99_GATE_MS = 250;

/** @typedef {import('./keep-alive-client.js').Answer} Answer */

await runBench(measure);

async function measure() {
  parseArgs({ options: {} }); // There are none.
  const opening = TemporaryDatabase.start();
  /** @type {ServerProcess | undefined} */
  let server;
  /** @type {KeepAliveClient | undefined} */
  let checks;
  const tidy = async () => {
    await checks?.stop().catch(() => {}); // Work has told why.
    await server?.stop();
    await (await opening).stop();
  };
  return whileTidy(tidy, async () => {
    const database = await opening;
    const credentials = credentialsOf(LOGINS);
    server = await ServerProcess.start(SERVER, { DATABASE_URL: database.url, LOG_LEVEL: 'warn' }, '/health/live');
    checks = new KeepAliveClient(`${server.origin}/api/v1/auth/session`, await database.tokens(1_000), CHECKS);
    await pause(2_000);
    checks.take();
    await pause(ALONE_MS);
    const alone = checks.take();
    const startedAt = performance.now();
    const logins = await flood(server.origin, credentials);
    const floodMs = performance.now() - startedAt;
    const beside = checks.take();
    await checks.stop();
    return report({ alone, beside, logins, floodMs });
  });
}

/**
 * @param {string} origin
 * @param {{ login: string, password: string }[]} credentials
 */
async function flood(origin, credentials) {
  const agent = new Agent({ keepAlive: true });
  const logins = credentials.map((offered) => {
    const body = JSON.stringify(offered);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    return ask(`${origin}/api/v1/auth/login`, { agent, method: 'POST', headers }, body);
  });
  return Promise.all(logins).finally(() => agent.destroy());
}

/** @param {{ alone: Answer[], beside: Answer[], logins: Answer[], floodMs: number }} found */
function report({ alone, beside, logins, floodMs }) {
  console.log(`Checks at ${CHECKS.perSecond}/s over ${CHECKS.connections} connections, 100,000 sessions\n`);
  console.table({ 'checks alone': row(alone), [`beside ${LOGINS} logins`]: row(beside), logins: row(logins) });
  console.log(`The logins took ${(floodMs / 1_000).toFixed(1)} s, ${Math.round((LOGINS * 1_000) / floodMs)} a second.`);
  const p99 = p99Of(beside);
  const isMet = p99 < P99_GATE_MS;
  console.log(
    `${isMet ? 'met   ' : 'MISSED'}  p99 of checks beside the logins < ${P99_GATE_MS} ms: ${p99.toFixed(1)} ms`,
  );
  const failed = [...alone, ...beside, ...logins].filter(({ status }) => status !== 200);
  if (failed[0]) console.log(`FAILED  ${failed.length} answers were not 200, the first: ${failed[0].body}`);
  return isMet && failed.length === 0 ? 0 : 1;
}

/** @param {Answer[]} answers */
function row(answers) {
  const times = answers.map(({ ms }) => ms);
  return {
    answers: answers.length,
    'p50 ms': Number(percentile(times, 50).toFixed(1)),
    'p99 ms': Number(p99Of(answers).toFixed(1)),
    'max ms': Number(percentile(times, 100).toFixed(1)),
    statuses: [...new Set(answers.map(({ status }) => status))].join(' '),
  };
}

/** @param {Answer[]} answers */
function p99Of(answers) {
  return percentile(
    answers.map(({ ms }) => ms),
    99,
  );
}
