/** sqlmap at every place where a login, a key, a token or a redirect comes in, and at a server that it must find weak. */
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
  '--level=2',
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
/** Fewer did not get through to the code. */
const LEAST_REQUESTS = 30;

/** @param {Context} context @returns {Promise<import('../bench/report.js').Section>} */
export async function scanWithSqlmap({ stage, log, endings, tell }) {
  /** @type {import('../bench/report.js').Rows} */
  const rows = {};
  /** @type {(Tried & { answered: ReturnType<typeof inClasses> })[]} */
  const tried = [];
  const places = await placesOf(stage);
  for (const [number, place] of places.entries()) {
    const mark = await log.mark();
    const found = await tryPlace(stage.folder, stage.origin, place);
    const answered = inClasses(await log.statusesSince(mark));
    rows[place.name] = { ...answered, found: found.verdict };
    tried.push({ ...found, answered });
    tell(`sqlmap ${number + 1} of ${places.length}, ${place.name}: ${found.verdict}, ${answered.requests} requests`);
    if (found.verdict === 'not tested') tell(`  ${found.complaint}`);
    for (const way of found.ways) tell(`  ${way}`);
  }
  const weak = await WeakServer.start(stage.database.url);
  endings.add(() => weak.stop());
  const controls = [];
  for (const place of WEAK_PLACES) {
    const found = await tryPlace(stage.folder, weak.origin, place);
    rows[place.name] = { requests: weak.take(), found: found.verdict };
    controls.push(found);
    tell(`sqlmap, ${place.name}: ${found.verdict}${found.verdict === 'not tested' ? ` (${found.complaint})` : ''}`);
  }
  const count = (/** @type {SqlmapVerdict} */ verdict) => tried.filter((one) => one.verdict === verdict).length;
  const example = commandOf(stage.folder, '$URL', { name: '', asked: places[0]?.asked ?? { path: '/' } });
  return {
    name: 'sqlmap',
    order: 10,
    title: 'sqlmap',
    command: typed('sqlmap', example.slice(0, -1)),
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
 * @returns {Promise<Tried>}
 */
async function tryPlace(folder, origin, place) {
  const output = String((await run('sqlmap', commandOf(folder, origin, place), { folder })).output);
  return { name: place.name, ...readSqlmap(output), complaint: complaintIn(output) };
}

/**
 * @param {string} folder
 * @param {string} origin
 * @param {Place} place
 */
function commandOf(folder, origin, { asked: { method = 'GET', path, headers = {}, body }, isBase64 = false }) {
  return [
    `--url=${origin}${path}`,
    `--method=${method}`,
    ...Object.entries(headers).map(([name, value]) => `--header=${name}: ${value}`),
    ...(body === undefined ? [] : [`--data=${body}`]),
    ...(isBase64 ? ['-p', 'cred', '--base64=cred'] : []),
    ...WORDS,
    `--output-dir=${folder}/sqlmap`,
  ];
}
