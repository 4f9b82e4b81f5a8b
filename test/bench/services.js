/**
 * What it costs other services to ask: introspection, forward-auth and many tokens at once beside our own guarded route, in
 * alternating rounds on one machine. Only the ratios within a run mean anything.
 *
 *   npm run bench:services -- --rounds 5 --seconds 3
 */
import { join } from 'node:path';
import { runBench, SERVER } from './built.js';
import { whileTidy } from './interruption.js';
import { isAsUsual, numbersFrom } from './numbers.js';
import { print, publish, verdict } from './report.js';
import { versionsOf } from './report/machine.js';
import { failuresOf, raceWith, ratio, rounded, tableOf } from './race.js';
import { writeRequests } from './requests.js';
import { ServerProcess } from './server-process.js';
import { TemporaryDatabase } from './temporary-database.js';
import { CONNECTIONS, loadRequests, requireWrk } from './wrk.js';

const TOKENS = 1_000;
const TOGETHER = 100;
const WARM_UP_SECONDS = 2;
const SESSION = 'session';
const INTROSPECTION = 'introspection';
const DEFAULTS = { rounds: 5, seconds: 3 };

/** @typedef {import('./race.js').Entrant & { file: string }} Asker */

await runBench(measure, requireWrk);

async function measure() {
  const how = numbersFrom(DEFAULTS);
  const opening = TemporaryDatabase.start();
  /** @type {ServerProcess | undefined} */
  let server;
  const tidy = async () => {
    await server?.stop();
    await (await opening).stop();
  };
  return whileTidy(tidy, async () => {
    const database = await opening;
    const key = await database.serviceKey('introspect');
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
    if (askers.some((one) => failuresOf(one) > 0)) console.log('FAILED  some requests were not answered 200');
    const section = await sectionOf(askers, how, database);
    print(section);
    if (isAsUsual(how, DEFAULTS)) await publish(section);
    return verdict(section);
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
    [INTROSPECTION]: tokens.map((token) => ({ method: 'POST', path: '/oauth2/introspect', headers, form: { token } })),
    'forward-auth': bearing('/api/v1/forward-auth'),
    [`${TOGETHER} at once`]: Array.from({ length: TOKENS / TOGETHER }, (_, place) => ({
      method: 'POST',
      path: '/api/v1/sessions/introspect',
      headers,
      body: { tokens: tokens.slice(place * TOGETHER, (place + 1) * TOGETHER) },
    })),
  };
}

/**
 * @param {Asker[]} askers
 * @param {typeof DEFAULTS} how
 * @param {TemporaryDatabase} database
 */
async function sectionOf(askers, { rounds, seconds }, database) {
  const session = /** @type {Asker} */ (askers.find(({ label }) => label === SESSION));
  const of = (/** @type {string} */ label) =>
    ratio(/** @type {Asker} */ (askers.find((one) => one.label === label)), session);
  const rows = tableOf(askers, session);
  return {
    name: 'services',
    order: 15,
    title: 'Services that ask',
    command: 'npm run bench:services',
    setting: `${CONNECTIONS} connections, 100,000 sessions, ${rounds} rounds of ${seconds} s, medians.`,
    versions: await versionsOf(database),
    gates: [
      { what: 'introspection ÷ guarded route, requests/s', atLeast: 0.7, found: of(INTROSPECTION) },
      {
        what: 'requests that were not answered 200',
        atMost: 0,
        found: askers.reduce((sum, one) => sum + failuresOf(one), 0),
      },
    ],
    ratios: [
      { rows: Object.fromEntries(askers.map(({ label }) => [label, { [`÷ ${SESSION}`]: rounded(of(label)) }])) },
    ],
    figures: [{ rows }],
    charts: [],
    notes: [
      `${INTROSPECTION} is RFC 7662: a POST with a form, whose key and token ride in one statement with those of others.`,
      `"${TOGETHER} at once" asks about ${TOGETHER} tokens in one request, as curfew/client does when so many wait.`,
    ],
  };
}
