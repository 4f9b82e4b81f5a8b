/**
 * What a check costs: Curfew's guarded route beside its unguarded one and beside plain node:http, in alternating rounds
 * on one machine. Only the ratios within a run mean anything.
 *
 *   npm run bench:check -- --rounds 5 --seconds 3
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runBench, SERVER } from './built.js';
import { ServerProcess } from './server-process.js';
import { contestant, failuresOf, race, ratio, tableOf } from './race.js';
import { TemporaryDatabase } from './temporary-database.js';
import { CONNECTIONS, requireWrk } from './wrk.js';

const TOKENS = 1_000;
const MIN_ROUNDS = 5;
const SESSION_PATH = '/api/v1/auth/session';
/** Guarded requests per request of the other. */
const GATES = /** @type {const} */ ([
  { other: 'plain', atLeast: 1.1 },
  { other: 'open', atLeast: 0.4 },
]);

/** @typedef {Record<'guarded' | 'open' | 'plain' | 'gathered', import('./race.js').Contestant>} Contestants */

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '3' } },
});
const rounds = Math.max(MIN_ROUNDS, Number(values.rounds));
const seconds = Math.max(1, Number(values.seconds));

await runBench(measure, requireWrk);

async function measure() {
  /** @type {ServerProcess[]} */
  const servers = [];
  const database = await TemporaryDatabase.start();
  try {
    const tokenFile = join(database.folder, 'tokens');
    await writeFile(
      tokenFile,
      (await database.tokens(TOKENS)).map((token) => `Authorization: Bearer ${token}`).join('\n'),
    );
    const environment = { DATABASE_URL: database.url, LOG_LEVEL: 'warn' };
    const start = async (/** @type {string} */ script) => {
      const server = await ServerProcess.start(script, environment, '/health/live');
      servers.push(server);
      return server;
    };
    const curfew = await start(SERVER);
    const enter = (/** @type {string} */ label, /** @type {ServerProcess} */ server, path = SESSION_PATH) =>
      contestant(label, server, path, tokenFile);
    const contestants = {
      guarded: enter('Curfew, guarded', curfew),
      open: enter('Curfew, unguarded', curfew, '/health/live'),
      plain: enter('node:http, SELECT each', await start(join(import.meta.dirname, 'plain-select.js'))),
      gathered: enter('node:http, gathered', await start(join(import.meta.dirname, 'plain-gathered.js'))),
    };
    await race(Object.values(contestants), rounds, seconds);
    return report(contestants);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await database.stop();
  }
}

/** @param {Contestants} contestants */
function report({ guarded, open, plain, gathered }) {
  const all = [guarded, open, plain, gathered];
  console.log(
    `${rounds} rounds of ${seconds} s, ${CONNECTIONS} connections, 100,000 sessions, ${TOKENS} tokens; medians\n`,
  );
  console.table(tableOf(all, guarded));
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
