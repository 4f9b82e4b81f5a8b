/**
 * Versions of the server that break a promise: the ghost check must notice each of them, or nothing that it says about the
 * real one counts.
 *
 *   npm run ghost:mutants -- --seconds 60 --seed 7 --only check-cache,join-in-flight
 */
import { parseArgs } from 'node:util';
import { runBench } from '../bench/built.js';
import { DEFECTS } from '../defects/defects.js';
import { run } from './run.js';

/** @typedef {{ name: string, found: string, afterS: number | undefined, operations: number }} Verdict */

await runBench(measure);

async function measure() {
  const { names, seconds, seed } = given();
  /** @type {Verdict[]} */
  const verdicts = [];
  for (const name of names) {
    console.log(`\n${name}: ${DEFECTS[name]?.breaks}`);
    const verdict = await judge(name, seconds, seed);
    verdicts.push(verdict);
    console.log(`found ${verdict.found}${verdict.afterS === undefined ? '' : ` after ${verdict.afterS.toFixed(1)} s`}`);
  }
  console.log(`\n${tableOf(verdicts)}`);
  const missed = verdicts.filter(({ afterS }) => afterS === undefined);
  if (missed.length > 0) console.error(`\nMissed: ${missed.map(({ name }) => name).join(', ')}`);
  return missed.length > 0 ? 1 : 0;
}

function given() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: '7' },
    },
  });
  const names = values.only?.split(',') ?? Object.keys(DEFECTS);
  const unknown = names.filter((name) => !DEFECTS[name]);
  if (unknown.length > 0)
    throw new Error(`--only: no such defect: ${unknown.join(', ')}. There are ${Object.keys(DEFECTS).join(', ')}.`);
  return { names, seconds: Number(values.seconds), seed: values.seed };
}

/**
 * @param {string} name
 * @param {number} seconds
 * @param {string} seed
 * @returns {Promise<Verdict>}
 */
async function judge(name, seconds, seed) {
  const { faults = [], shows: stopAt = [] } = DEFECTS[name] ?? {};
  const verdict = await run({ minutes: seconds / 60, seed, kinds: [...faults], defect: name, stopAt, quiet: true });
  const { violations, found, operations, phases } = verdict;
  const shown = violations.find(({ kind }) => stopAt.includes(kind))?.by.at(-1)?.t1;
  return {
    name,
    found: Object.keys(found).join(', ') || 'nothing',
    afterS: shown === undefined ? undefined : (shown - phases.begin) / 1_000,
    operations,
  };
}

/** @param {readonly Verdict[]} verdicts */
function tableOf(verdicts) {
  const rows = verdicts.map(({ name, found, afterS, operations }) =>
    [name, found, afterS?.toFixed(1) ?? '–', operations.toLocaleString('en')].join(' | '),
  );
  return ['Defect | Violations | Seconds | Operations', '--- | --- | ---: | ---:', ...rows]
    .map((row) => `| ${row} |`)
    .join('\n');
}
