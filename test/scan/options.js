/** What the scan is told on its command line. */
import { parseArgs } from 'node:util';
import { SCANNERS } from './tools.js';
import { MODES } from './ways-to-turn-bits.js';

/** @typedef {import('./tools.js').Scanner} Scanner */
/** @typedef {{ recording?: string, mode?: string, seed?: number }} OneMutant */
/** @typedef {{ scanners: Scanner[], mutant: OneMutant }} Options */

const TEXT = /** @type {const} */ ({ type: 'string' });

/**
 * @param {string[]} words
 * @returns {Options}
 */
export function optionsFrom(words) {
  const { values } = parseArgs({ args: words, options: { only: TEXT, request: TEXT, mode: TEXT, seed: TEXT } });
  const { only, request, mode, seed } = values;
  const names = only === undefined ? SCANNERS : only.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !isScanner(name));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: there is ${SCANNERS.join(', ')}.`);
  if (mode !== undefined && !(mode in MODES))
    throw new Error(`--mode ${mode}: there is ${Object.keys(MODES).join(', ')}.`);
  if (seed !== undefined && !/^\d{1,9}$/.test(seed)) throw new Error(`--seed ${seed}: a whole number.`);
  const mutant = {
    ...(request !== undefined && { recording: request }),
    ...(mode !== undefined && { mode }),
    ...(seed !== undefined && { seed: Number(seed) }),
  };
  const isAboutZzuf = names.length === 1 && names[0] === 'zzuf';
  if (Object.keys(mutant).length > 0 && !isAboutZzuf)
    throw new Error('--request, --mode and --seed go with --only zzuf.');
  return { scanners: SCANNERS.filter((name) => names.includes(name)), mutant };
}

/** @param {string} name @returns {name is Scanner} */
function isScanner(name) {
  return SCANNERS.some((each) => each === name);
}
