/**
 * The ghost check: is logout final, whatever breaks? Three nodes, one database, clients of every contract, and faults among
 * them; every request is recorded, and every answer judged.
 *
 *   npm run ghost -- --minutes 1.5 --seed 7
 *   npm run ghost -- --minutes 1.5 --faults 30 --requests 60000
 *   npm run ghost -- --minutes 5 --rest 7 --kinds node-kill,database-crash,backends-terminated
 *   npm run ghost -- --minutes 0.5 --kinds answer-jitter --defect join-in-flight
 */
import { parseArgs } from 'node:util';
import { runBench } from '../bench/built.js';
import { reportOf } from './report.js';
import { run } from './run.js';

await runBench(haunt);

async function haunt() {
  const wanted = wantedOf();
  const verdict = await run(wanted);
  const { kinds, least } = wanted;
  const { text, isGreen } = reportOf(verdict, { ...verdict, least, hasAllFaults: kinds === undefined });
  console.log(`\n${text}\n`);
  if (verdict.history) console.log(`The history: ${verdict.history} (npm run ghost:replay -- ${verdict.history})`);
  console.log(`${isGreen ? 'GREEN' : 'RED'}  seed ${verdict.seed}`);
  return isGreen ? 0 : 1;
}

/** What the command line asks for. */
function wantedOf() {
  const text = /** @type {const} */ ({ type: 'string' });
  const flag = /** @type {const} */ ({ type: 'boolean', default: false });
  const { values } = parseArgs({
    options: {
      minutes: text,
      rest: text,
      faults: text,
      requests: text,
      seed: text,
      kinds: text,
      defect: text,
      history: text,
      quiet: flag,
      standby: flag,
    },
  });
  const { minutes, rest, faults, requests, kinds, seed, ...others } = values;
  return {
    ...others,
    minutes: amountOf('--minutes', minutes),
    restSeconds: amountOf('--rest', rest),
    least: { faults: amountOf('--faults', faults), requests: amountOf('--requests', requests) },
    kinds: kinds?.split(','),
    ...(seed !== undefined && { seed }),
  };
}

/**
 * @param {string} option
 * @param {string | undefined} value
 */
function amountOf(option, value) {
  if (value === undefined) return undefined;
  if (!/^\d{1,7}(\.\d+)?$/.test(value) || Number(value) <= 0) throw new Error(`${option} must be more than 0.`);
  return Number(value);
}
