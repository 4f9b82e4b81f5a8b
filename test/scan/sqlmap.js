/** sqlmap at every place where a login, a key, a token or a redirect comes in, and at a server that it must find weak. */
import pLimit from 'p-limit';
import { json, post } from '../ghost/wires.js';
import { placesOf } from './places.js';
import { gatesOf, inClasses } from './node-log.js';
import { complaintIn, readSqlmap } from './sqlmap-report.js';
import { run, typed, versionOf } from './tools.js';
import { WEAK_PLACES, WeakServer } from './weak-server.js';

/** @typedef {import('./places.js').Place} Place */
/** @typedef {import('./sqlmap-report.js').SqlmapVerdict} SqlmapVerdict */
/** @typedef {import('./scan.js').Context} Context */
/** @typedef {{ name: string, verdict: SqlmapVerdict, ways: string[], complaint: string }} Tried */

/**
 * All techniques but unions, which need a result that is shown: whoever is open to them is open to the others. A refusal is
 * an answer like others, and redirects are looked at, not followed.
 */
const WORDS = [
  '--batch',
  '--flush-session',
  '--dbms=PostgreSQL',
  '--risk=2',
  '--technique=BEST',
  '--ignore-code=401',
  '--ignore-redirects',
  '--drop-set-cookie',
  '--skip-waf',
  '--skip=user-agent,referer',
  '--answers=URI injections=N',
  '--disable-coloring',
  '--timeout=20',
  '--retries=1',
];
/** Places that are tried at the same time, each from an address of its own: the log of the node tells them apart by it. */
const TOGETHER = 4;
const addressOf = (/** @type {number} */ number) => `198.51.100.${number + 1}`;
/** Fewer did not get through to the code. */
const LEAST_REQUESTS = 30;

/** As the page shows it. @type {Place} */
const EXAMPLE = { name: 'native: login', asked: post('/api/v1/auth/login', json({ login: 'alice*', password: '…' })) };

/** @param {Context} context @returns {Promise<import('../bench/report.js').Section>} */
export async function scanWithSqlmap({ stage, log, endings, tell }) {
  const places = await placesOf(stage);
  const limit = pLimit(TOGETHER);
  const mark = await log.mark();
  let done = 0;
  const attempt = async (/** @type {string} */ origin, /** @type {Place} */ place, /** @type {number} */ number) => {
    const found = await tryPlace(stage.folder, origin, place, number);
    tell(`sqlmap ${++done} of ${places.length + WEAK_PLACES.length}, ${place.name}: ${found.verdict}`);
    if (found.verdict === 'not tested') tell(`  ${found.complaint}`);
    for (const way of found.ways) tell(`  ${way}`);
    return found;
  };
  const tried = await Promise.all(
    places.map((place, number) =>
      limit(async () => {
        const found = await attempt(stage.origin, place, number);
        return { ...found, answered: inClasses(await log.statusesSince(mark, addressOf(number))) };
      }),
    ),
  );
  const weak = await WeakServer.start(stage.database.url);
  endings.add(() => weak.stop());
  const controls = await Promise.all(
    WEAK_PLACES.map((place, number) => limit(() => attempt(weak.origin, place, number))),
  );
  /** @type {import('../bench/report.js').Rows} */
  const rows = {};
  for (const { name, answered, verdict } of tried) rows[name] = { ...answered, found: verdict };
  for (const [number, { name, verdict }] of controls.entries())
    rows[name] = { requests: weak.requestsFrom(addressOf(number)), found: verdict };
  const count = (/** @type {SqlmapVerdict} */ verdict) => tried.filter((one) => one.verdict === verdict).length;
  return {
    name: 'sqlmap',
    order: 10,
    title: 'sqlmap',
    command: typed('sqlmap', commandOf('$URL', EXAMPLE)),
    setting: `${places.length} places, and ${WEAK_PLACES.length} of a server that is open at each. \`*\` is where sqlmap writes.`,
    versions: { sqlmap: versionOf('sqlmap') },
    gates: [
      { what: 'sqlmap: places that can be injected', atMost: 0, found: count('injectable') },
      { what: 'sqlmap: places that were not tested', atMost: 0, found: count('not tested') },
      {
        what: 'sqlmap: fewest requests at a place',
        atLeast: LEAST_REQUESTS,
        found: Math.min(...tried.map(({ answered }) => answered.requests)),
      },
      ...gatesOf(
        'sqlmap',
        tried.map(({ answered }) => answered),
      ),
      {
        what: 'sqlmap: open places of the control that it found',
        atLeast: WEAK_PLACES.length,
        found: controls.filter(({ verdict }) => verdict === 'injectable').length,
      },
    ],
    ratios: [],
    figures: [{ rows }],
    charts: [],
    notes: [],
  };
}

/**
 * @param {string} folder
 * @param {string} origin
 * @param {Place} place
 * @param {number} number
 * @returns {Promise<Tried>}
 */
async function tryPlace(folder, origin, place, number) {
  const words = [
    ...commandOf(origin, place),
    `--header=X-Forwarded-For: ${addressOf(number)}`,
    `--output-dir=${folder}/sqlmap-${new URL(origin).port}-${number}`,
  ];
  const output = String((await run('sqlmap', words, { folder })).output);
  return { name: place.name, ...readSqlmap(output), complaint: complaintIn(output) };
}

/**
 * @param {string} origin
 * @param {Place} place
 */
function commandOf(origin, { asked: { method = 'GET', path, headers = {}, body }, isBase64 = false }) {
  return [
    `--url=${origin}${path}`,
    `--method=${method}`,
    ...Object.entries(headers).map(([name, value]) => `--header=${name}: ${value}`),
    ...(body === undefined ? [] : [`--data=${body}`]),
    ...(isBase64 ? ['-p', 'cred', '--base64=cred'] : []),
    ...WORDS,
    // From this level on it also writes into what is named as tokens against forgery are.
    `--level=${Object.keys(headers).some((name) => name.includes('token')) ? 4 : 2}`,
  ];
}
