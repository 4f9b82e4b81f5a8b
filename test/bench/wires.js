/**
 * What a wire costs: its guarded requests beside our own, in alternating rounds on one
 * machine. Only the ratios within a run mean anything.
 *
 *   npm run bench:wires -- --rounds 5 --seconds 3
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runBench, SERVER } from './built.js';
import { whileTidy } from './interruption.js';
import { numbersFrom } from './numbers.js';
import { contestant, failuresOf, race, ratio, tableOf } from './race.js';
import { ServerProcess } from './server-process.js';
import { TemporaryDatabase } from './temporary-database.js';
import { CONNECTIONS, requireWrk } from './wrk.js';

const TOKENS = 1_000;
const AT_LEAST = 0.8;
const KEY = '0123456789abcdef0123456789abcdef';
const SETTINGS = [
  `insert into application_keys (application_id, key) select id, '${KEY}' from applications`,
  `update applications set endpoints = '{"examples/auth": {"kind": "authentication"}}'`,
];

const ENTRIES = /** @type {const} */ ([
  { label: 'session', contract: 'native', path: '/api/v1/auth/session', header: 'Authorization: Bearer ' },
  { label: 'Dittofi me', contract: 'dittofi', path: '/v1/me', header: 'Cookie: session-key=' },
  {
    label: 'Backendless userroles',
    contract: 'backendless',
    path: `/{id}/${KEY}/users/userroles`,
    header: 'user-token: ',
  },
  {
    label: 'Rested current user',
    contract: 'rested',
    path: `/api/1/ce/examples/auth?key=${KEY}`,
    header: 'Authorization: Bearer ',
  },
  {
    label: 'Elvis ping',
    contract: 'elvis',
    path: '/services/ping',
    header: 'Authorization: Bearer ',
  },
]);

await runBench(measure, requireWrk);

async function measure() {
  const how = numbersFrom({ rounds: 5, seconds: 3 });
  const opening = TemporaryDatabase.start();
  /** @type {ServerProcess | undefined} */
  let server;
  const tidy = async () => {
    await server?.stop();
    await (await opening).stop();
  };
  return whileTidy(tidy, async () => {
    const database = await opening;
    for (const statement of SETTINGS) await database.query(statement);
    const [application] = await database.query('select id from applications');
    server = await ServerProcess.start(SERVER, { DATABASE_URL: database.url, LOG_LEVEL: 'warn' }, '/health/live');
    /** @type {Map<string, import('./race.js').Contestant>} */
    const contestants = new Map();
    for (const [place, { label, contract, path, header }] of ENTRIES.entries()) {
      const headerFile = join(database.folder, `headers-${place}`);
      const tokens = await database.tokens(TOKENS, contract, place * TOKENS);
      await writeFile(headerFile, tokens.map((token) => header + token).join('\n'));
      contestants.set(label, contestant(label, server, path.replace('{id}', String(application?.['id'])), headerFile));
    }
    await race([...contestants.values()], how.rounds, how.seconds);
    return report(contestants, how);
  });
}

/**
 * @param {Map<string, import('./race.js').Contestant>} contestants
 * @param {{ rounds: number, seconds: number }} how
 */
function report(contestants, { rounds, seconds }) {
  const all = [...contestants.values()];
  const of = (/** @type {string} */ label) => /** @type {import('./race.js').Contestant} */ (contestants.get(label));
  console.log(`${rounds} rounds of ${seconds} s, ${CONNECTIONS} connections, 100,000 sessions; medians\n`);
  console.table(tableOf(all, of('session')));
  const verdicts = ENTRIES.flatMap((entry) => {
    if (entry.contract === 'native') return [];
    const found = ratio(of(entry.label), of('session'));
    console.log(
      `${found >= AT_LEAST ? 'met   ' : 'MISSED'}  ${entry.label} ≥ ${AT_LEAST} × session: ${found.toFixed(2)}`,
    );
    return [found >= AT_LEAST];
  });
  const failures = all.reduce((sum, one) => sum + failuresOf(one), 0);
  if (failures > 0) console.log(`FAILED  ${failures} requests were not answered 200`);
  return failures === 0 && verdicts.every(Boolean) ? 0 : 1;
}
