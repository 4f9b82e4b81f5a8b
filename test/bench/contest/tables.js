/** What the races of a contest have in common when they are told. */
import { ratio, tableOf } from '../race.js';
import { median } from '../statistics.js';

/** @typedef {import('../race.js').Entrant} Entrant */

/**
 * @param {Entrant[]} entrants
 * @param {string} favourite
 */
export function ratiosOf(entrants, favourite) {
  const first = entrantOf(entrants, favourite);
  const rows = entrants.flatMap((one) =>
    first && one !== first ? [[one.label, { [`${favourite} ÷ it`]: rounded(ratio(first, one)) }]] : [],
  );
  return { rows: /** @type {import('../report.js').Rows} */ (Object.fromEntries(rows)) };
}

/**
 * @param {Entrant[]} entrants
 * @param {string} [title]
 * @returns {import('../report.js').Table}
 */
export function figuresOf(entrants, title) {
  const [first] = entrants;
  const rows = first ? tableOf(entrants, first) : {};
  const figures = Object.entries(rows).map(([label, row]) => [
    label,
    Object.fromEntries(Object.entries(row).filter(([column]) => !column.endsWith('÷ it'))),
  ]);
  return { ...(title && { title }), rows: /** @type {import('../report.js').Rows} */ (Object.fromEntries(figures)) };
}

/**
 * @param {string} name
 * @param {string} title
 * @param {Entrant[]} entrants
 * @param {string[]} ours
 * @returns {import('../report.js').Chart}
 */
export function chartOf(name, title, entrants, ours) {
  const rates = entrants.map(({ label, rounds }) => /** @type {const} */ ([label, Math.round(rateOf(rounds))]));
  const bars = Object.fromEntries(rates.toSorted(([, one], [, other]) => other - one));
  const values = Object.values(bars);
  const isLogarithmic = Math.max(...values) > 20 * Math.min(...values);
  return { name, title, unit: 'requests a second', bars, ours, isLogarithmic };
}

/**
 * Nothing where one of the two did not take part.
 *
 * @param {Entrant[]} entrants
 * @param {string} one
 * @param {string} other
 * @param {number} atLeast
 * @param {string} [of]
 * @returns {import('../report.js').Gate | undefined}
 */
export function gateOf(entrants, one, other, atLeast, of = 'check') {
  const [first, second] = [entrantOf(entrants, one), entrantOf(entrants, other)];
  if (!first || !second) return undefined;
  return { what: `${of}: ${one} ÷ ${other}`, atLeast, found: ratio(first, second) };
}

/**
 * @param {Entrant[]} entrants
 * @param {string} wanted
 */
function entrantOf(entrants, wanted) {
  return entrants.find(({ label }) => label === wanted);
}

/** @param {import('../race.js').Round[]} rounds */
function rateOf(rounds) {
  return median(rounds.map(({ perSecond }) => perSecond));
}

/** @param {number} value */
function rounded(value) {
  return Math.round(value * 100) / 100;
}
