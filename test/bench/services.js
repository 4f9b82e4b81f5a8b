/**
 * What it costs other services to ask: introspection, forward-auth and many tokens at once beside our own guarded route, in
 * alternating rounds on one machine. Only the ratios within a run mean anything.
 *
 *   npm run bench:services -- --rounds 5 --seconds 3
 */
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { runBench, SERVER } from './built.js';
import { whileTidy } from './interruption.js';
import { numbersFrom } from './numbers.js';
import { failuresOf, raceWith, ratio, tableOf } from './race.js';
import { writeRequests } from './requests.js';
import { ServerProcess } from './server-process.js';
import { TemporaryDatabase } from './temporary-database.js';
import { CONNECTIONS, loadRequests, requireWrk } from './wrk.js';

const TOKENS = 1_000;
const TOGETHER = 100;
const WARM_UP_SECONDS = 2;
const SESSION = 'session';
const AT_LEAST = { introspection: 0.7 };

/** @typedef {import('./race.js').Entrant & { file: string }} Asker */

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
    const key = await serviceKey(database);
    const tokens = await database.tokens(TOKENS);
    server = await ServerProcess.start(SERVER, { DATABASE_URL: database.url, LOG_LEVEL: 'warn' }, '/health/live');
    /** @type {Asker[]} */
    const askers = [];
    for (const [label, requests] of Object.entries(questions(tokens, key))) {
      const file = join(database.folder, `requests-${askers.length}`);
      await writeRequests(file, server.origin, requests);
      askers.push({ label, server, file, rounds: [] });
    }
    await raceWith(askers, how.rounds, ({ server: { origin }, file }, isWarmUp) =>
      loadRequests(origin, file, {
        seconds: isWarmUp ? WARM_UP_SECONDS : how.seconds,
        connections: CONNECTIONS,
        isOnce: false,
      }),
    );
    return report(askers, how);
  });
}

/**
 * @param {string[]} tokens
 * @param {string} key
 * @returns {Record<string, import('./requests.js').Request[]>}
 */
function questions(tokens, key) {
  const headers = { authorization: `Bearer ${key}` };
  const bearing = (/** @type {string} */ path) =>
    tokens.map((token) => ({ path, headers: { authorization: `Bearer ${token}` } }));
  return {
    [SESSION]: bearing('/api/v1/auth/session'),
    introspection: tokens.map((token) => ({ method: 'POST', path: '/oauth2/introspect', headers, form: { token } })),
    'forward-auth': bearing('/api/v1/forward-auth'),
    [`${TOGETHER} at once`]: Array.from({ length: TOKENS / TOGETHER }, (_, place) => ({
      method: 'POST',
      path: '/api/v1/sessions/introspect',
      headers,
      body: { tokens: tokens.slice(place * TOGETHER, (place + 1) * TOGETHER) },
    })),
  };
}

/** @param {TemporaryDatabase} database */
async function serviceKey(database) {
  const [id, secret] = [randomBytes(16), randomBytes(32)];
  await database.query(
    `insert into service_keys (id, name, scopes, secret_hash) values ($1, 'bench', '{introspect}', $2)`,
    [id.toString('hex'), createHash('sha256').update(secret).digest()],
  );
  return `cfk_${Buffer.concat([id, secret]).toString('base64url')}`;
}

/**
 * @param {Asker[]} askers
 * @param {{ rounds: number, seconds: number }} how
 */
function report(askers, { rounds, seconds }) {
  const session = /** @type {Asker} */ (askers.find(({ label }) => label === SESSION));
  console.log(`${rounds} rounds of ${seconds} s, ${CONNECTIONS} connections, 100,000 sessions; medians\n`);
  console.table(tableOf(askers, session));
  const verdicts = askers.map((asker) => {
    const atLeast = /** @type {Record<string, number>} */ (AT_LEAST)[asker.label];
    if (atLeast === undefined) return true;
    const found = ratio(asker, session);
    console.log(
      `${found >= atLeast ? 'met   ' : 'MISSED'}  ${asker.label} ≥ ${atLeast} × ${SESSION}: ${found.toFixed(2)}`,
    );
    return found >= atLeast;
  });
  const failures = askers.reduce((sum, one) => sum + failuresOf(one), 0);
  if (failures > 0) console.log(`FAILED  ${failures} requests were not answered 200`);
  return failures === 0 && verdicts.every(Boolean) ? 0 : 1;
}
