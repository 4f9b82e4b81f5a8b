/** slowhttptest's four attacks, each beside a steady load of checks: what the checks feel, and how long the attackers are borne. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { KeepAliveClient } from '../bench/keep-alive-client.js';
import { rounded } from '../bench/race.js';
import { percentile } from '../bench/statistics.js';
import { readSlowHttpTest } from './slowhttptest-report.js';
import { run, typed, versionOf } from './tools.js';

/** @typedef {import('./scan.js').Context} Context */
/** @typedef {import('../bench/keep-alive-client.js').Answer} Answer */

const CHECKS = { connections: 16, perSecond: 400 };
const CONNECTIONS = '1000';
/** The share of its connections that an attack must have opened to be one. */
const LEAST_OPENED = 0.95;
const SECONDS = '30';
const ALWAYS = ['-c', CONNECTIONS, '-r', '250', '-l', SECONDS, '-p', '3'];
const ALONE_MS = 15_000;
const WARM_UP_MS = 3_000;
const REST_MS = 5_000;
/** The largest that anyone may ask for. */
const LARGE = '/docs/swagger-ui-bundle.js';

const ATTACKS = [
  { name: 'slow headers', words: ['-H', '-i', '5', '-x', '24'], path: '/api/v1/auth/session' },
  {
    name: 'slow body',
    words: ['-B', '-i', '5', '-x', '24', '-s', '8192', '-f', 'application/json'],
    path: '/api/v1/auth/login',
  },
  // Over in seconds: answered before the last of its connections are opened.
  { name: 'ranges', words: ['-R', '-a', '1', '-b', '2000'], path: LARGE, leastOpened: 0.85 },
  { name: 'slow read', words: ['-X', '-w', '1', '-y', '64', '-n', '5', '-z', '32', '-k', '3'], path: LARGE },
];

/** @param {Context} context @returns {Promise<import('../bench/report.js').Section>} */
export async function scanWithSlowHttpTest({ stage, endings, tell }) {
  const server = await stage.quietNode(endings);
  const checks = new KeepAliveClient(
    `${server.origin}/api/v1/auth/session`,
    await stage.database.tokens(1_000),
    CHECKS,
  );
  endings.add(() => checks.stop().catch(() => {}));
  await pause(WARM_UP_MS);
  checks.take();
  await pause(ALONE_MS);
  /** @type {import('../bench/report.js').Rows} */
  const rows = {};
  const beside = [];
  rows['checks alone'] = rowOf(checks.take());
  for (const { name, words, path, leastOpened = LEAST_OPENED } of ATTACKS) {
    tell(`slowhttptest, ${name} …`);
    const file = join(stage.folder, words[0]?.slice(1) ?? '');
    const { output } = await run('slowhttptest', [...words, ...ALWAYS, '-u', server.origin + path, '-g', '-o', file], {
      folder: stage.folder,
    });
    const answers = checks.take();
    const { opened, closed, unavailable, seconds } = readSlowHttpTest(
      await readFile(`${file}.csv`, 'utf8'),
      String(output),
    );
    const row = {
      connections: opened,
      'closed by the end, %': rounded((closed / opened) * 100),
      seconds,
      'seconds without service': unavailable,
    };
    rows[name] = { ...row, ...rowOf(answers) };
    beside.push({ name, answers, opened, least: leastOpened * Number(CONNECTIONS) });
    tell(`  ${JSON.stringify(rows[name])}`);
    await pause(REST_MS);
    checks.take();
  }
  const unanswered = await checks.stop().then(
    () => 0,
    () => 1,
  );
  const wrong = beside.reduce((sum, { answers }) => sum + answers.filter(({ status }) => status !== 200).length, 0);
  return {
    name: 'slowhttptest',
    order: 40,
    title: 'slowhttptest',
    command: ATTACKS.map(({ words, path }) => typed('slowhttptest', [...words, ...ALWAYS, '-u', `$URL${path}`])).join(
      '\n',
    ),
    setting: `${Number(CONNECTIONS).toLocaleString('en')} connections for ${SECONDS} s each, beside ${CHECKS.perSecond} checks a second over ${CHECKS.connections} connections that are kept.`,
    versions: { slowhttptest: versionOf('slowhttptest') },
    gates: [
      { what: 'slowhttptest: checks that were not answered', atMost: 0, found: unanswered },
      { what: 'slowhttptest: checks that were answered otherwise than by 200', atMost: 0, found: wrong },
      ...beside.map(({ name, opened, least }) => ({
        what: `slowhttptest: connections of ${name}`,
        atLeast: least,
        found: opened,
      })),
      ...beside.map(({ name, answers }) => ({
        what: `slowhttptest: p99 of checks beside ${name}`,
        found: p99Of(answers),
        unit: 'ms',
      })),
    ],
    ratios: [],
    figures: [{ rows }],
    charts: [],
    notes: [],
  };
}

/** @param {Answer[]} answers */
function rowOf(answers) {
  const times = answers.map(({ ms }) => ms);
  const right = answers.filter(({ status }) => status === 200).length;
  return {
    'checks served': right,
    'not served': answers.length - right,
    'p50 ms': rounded(percentile(times, 50)),
    'p99 ms': rounded(p99Of(answers)),
  };
}

/** @param {Answer[]} answers */
function p99Of(answers) {
  return percentile(
    answers.map(({ ms }) => ms),
    99,
  );
}
