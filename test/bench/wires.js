/**
 * What a wire costs: its guarded requests beside our own, in alternating rounds on one
 * machine. Only the ratios within a run mean anything.
 *
 *   npm run bench:wires -- --rounds 5 --seconds 3
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runBench, SERVER } from './built.js';
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

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '3' } },
});

await runBench(measure, requireWrk);

async function measure() {
  const database = await TemporaryDatabase.start();
  /** @type {ServerProcess | undefined} */
  let server;
  try {
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
    await race([...contestants.values()], Math.max(3, Number(values.rounds)), Math.max(1, Number(values.seconds)));
    return report(contestants);
  } finally {
    await server?.stop();
    await database.stop();
  }
}

/** @param {Map<string, import('./race.js').Contestant>} contestants */
function report(contestants) {
  const all = [...contestants.values()];
  const of = (/** @type {string} */ label) => /** @type {import('./race.js').Contestant} */ (contestants.get(label));
  console.log(
    `${values.rounds} rounds of ${values.seconds} s, ${CONNECTIONS} connections, 100,000 sessions; medians\n`,
  );
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
