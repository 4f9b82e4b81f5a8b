/**
 * What a check costs: Curfew's guarded route beside its unguarded one and beside plain node:http, in alternating rounds
 * on one machine. Only the ratios within a run mean anything.
 *
 *   npm run bench:check -- --rounds 5 --seconds 3
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildOrFail, SERVER } from './built.js';
import { ServerProcess } from './server-process.js';
import { median } from './statistics.js';
import { TemporaryDatabase } from './temporary-database.js';
import { CONNECTIONS, load, requireWrk } from './wrk.js';

const TOKENS = 1_000;
const MIN_ROUNDS = 5;
const SESSION_PATH = '/api/v1/auth/session';
/** Guarded requests per request of the other. */
const GATES = /** @type {const} */ ([
  { other: 'plain', atLeast: 1.1 },
  { other: 'open', atLeast: 0.4 },
]);

/** @typedef {import('./wrk.js').Load & { cpuUs: number }} Round */
/** @typedef {{ label: string, server: ServerProcess, path: string, rounds: Round[] }} Contestant */
/** @typedef {Record<'guarded' | 'open' | 'plain' | 'gathered', Contestant>} Contestants */

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '3' } },
});
const rounds = Math.max(MIN_ROUNDS, Number(values.rounds));
const seconds = Math.max(1, Number(values.seconds));

try {
  requireWrk();
  await buildOrFail();
  process.exitCode = await measure();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function measure() {
  /** @type {ServerProcess[]} */
  const servers = [];
  const database = await TemporaryDatabase.start();
  try {
    const tokenFile = join(database.folder, 'tokens');
    await writeFile(tokenFile, (await database.tokens(TOKENS)).join('\n'));
    const environment = { DATABASE_URL: database.url, LOG_LEVEL: 'warn' };
    const start = async (/** @type {string} */ script) => {
      const server = await ServerProcess.start(script, environment, '/health/live');
      servers.push(server);
      return server;
    };
    const curfew = await start(SERVER);
    const contestants = {
      guarded: contestant('Curfew, guarded', curfew, SESSION_PATH),
      open: contestant('Curfew, unguarded', curfew, '/health/live'),
      plain: contestant('node:http, SELECT each', await start(join(import.meta.dirname, 'plain-select.js'))),
      gathered: contestant('node:http, gathered', await start(join(import.meta.dirname, 'plain-gathered.js'))),
    };
    await race(Object.values(contestants), tokenFile);
    return report(contestants);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await database.stop();
  }
}

/**
 * @param {string} label
 * @param {ServerProcess} server
 * @param {string} path
 * @returns {Contestant}
 */
function contestant(label, server, path = SESSION_PATH) {
  return { label, server, path, rounds: [] };
}

/**
 * One warm-up each, which does not count, then in turn; who begins moves on from round to round.
 *
 * @param {Contestant[]} contestants
 * @param {string} tokenFile
 */
async function race(contestants, tokenFile) {
  for (const { server, path } of contestants) await load(server.origin + path, tokenFile, 2);
  for (let round = 0; round < rounds; round++) {
    const first = round % contestants.length;
    for (const { server, path, rounds: results } of [...contestants.slice(first), ...contestants.slice(0, first)]) {
      const before = server.cpuUs();
      const result = await load(server.origin + path, tokenFile, seconds);
      results.push({ ...result, cpuUs: (server.cpuUs() - before) / result.requests });
    }
  }
}

/** @param {Contestants} contestants */
function report({ guarded, open, plain, gathered }) {
  const all = [guarded, open, plain, gathered];
  console.log(
    `${rounds} rounds of ${seconds} s, ${CONNECTIONS} connections, 100,000 sessions, ${TOKENS} tokens; medians\n`,
  );
  console.table(
    Object.fromEntries(
      all.map((one) => [
        one.label,
        {
          'req/s': Math.round(median(one.rounds.map((round) => round.perSecond))),
          'p99 ms': rounded(median(one.rounds.map((round) => round.p99Ms))),
          'CPU µs/req': rounded(median(one.rounds.map((round) => round.cpuUs))),
          'guarded ÷ it': rounded(ratio(guarded, one)),
          failures: failuresOf(one),
        },
      ]),
    ),
  );
  const others = { plain, open };
  const verdicts = GATES.map(({ other, atLeast }) => {
    const found = ratio(guarded, others[other]);
    const isMet = found >= atLeast;
    console.log(`${isMet ? 'met   ' : 'MISSED'}  guarded ≥ ${atLeast} × "${others[other].label}": ${found.toFixed(2)}`);
    return isMet;
  });
  const failures = all.reduce((sum, one) => sum + failuresOf(one), 0);
  if (failures > 0) console.log(`FAILED  ${failures} requests were not answered 200`);
  return failures === 0 && verdicts.every(Boolean) ? 0 : 1;
}

/**
 * The median over the rounds: both sides of one round met the same noise.
 *
 * @param {Contestant} one
 * @param {Contestant} other
 */
function ratio(one, other) {
  return median(one.rounds.map((round, place) => round.perSecond / (other.rounds[place]?.perSecond ?? Number.NaN)));
}

/** @param {Contestant} one */
function failuresOf({ rounds: results }) {
  return results.reduce((sum, round) => sum + round.failures, 0);
}

/** @param {number} value */
function rounded(value) {
  return Math.round(value * 100) / 100;
}
