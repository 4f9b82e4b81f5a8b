/** What a measurement is told on its command line. */
import { parseArgs } from 'node:util';

/**
 * Options that are whole numbers of at least 1.
 *
 * @template {string} Name
 * @param {Record<Name, number>} defaults
 * @returns {Record<Name, number>}
 */
export function numbersFrom(defaults) {
  const names = /** @type {Name[]} */ (Object.keys(defaults));
  const { values } = parseArgs({
    options: Object.fromEntries(names.map((name) => [name, { type: /** @type {const} */ ('string') }])),
  });
  const read = (/** @type {Name} */ name) => wholeNumber(name, values[name] ?? String(defaults[name]));
  return /** @type {Record<Name, number>} */ (Object.fromEntries(names.map((name) => [name, read(name)])));
}

/**
 * @param {string} name
 * @param {unknown} text
 */
export function wholeNumber(name, text) {
  if (!/^[1-9]\d{0,8}$/.test(String(text))) throw new Error(`--${name} must be a whole number of at least 1.`);
  return Number(text);
}

/**
 * Rows of a table of sessions, two for each user; fewer than 2,000 measure nothing.
 *
 * @param {string} name
 * @param {number} count
 */
export function requireRows(name, count) {
  if (count < 2_000 || count % 2 === 1) throw new Error(`--${name} must be even, 2,000 or more.`);
}

/**
 * Whether the command without any option measures the same: only that is kept in docs.
 *
 * @param {Record<string, string | number>} given
 * @param {Record<string, string | number>} defaults
 */
export function isAsUsual(given, defaults) {
  const isUsual = Object.entries(defaults).every(([name, value]) => given[name] === value);
  if (!isUsual) console.log('Not kept in docs: that takes a run without options.');
  return isUsual;
}
