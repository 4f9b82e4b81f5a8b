/** What the races of a contest have in common when they are told. */
import { ratio, tableOf } from '../race.js';
import { median } from '../statistics.js';

/** @typedef {import('../race.js').Entrant} Entrant */

/**
 * @param {Entrant[]} entrants
 * @param {string} favourite
 * @param {string} [title]
 * @returns {import('../report.js').Table}
 */
export function ratiosOf(entrants, favourite, title) {
  const first = entrantOf(entrants, favourite);
  const rows = entrants.flatMap((one) => (first && one !== first ? [[one.label, ratiosBetween(first, one)]] : []));
  return { ...(title && { title }), rows: /** @type {import('../report.js').Rows} */ (Object.fromEntries(rows)) };
}

/**
 * Requests a second the one way round and processor time the other, so that more is better for the first in both.
 *
 * @param {Entrant} first
 * @param {Entrant} one
 */
function ratiosBetween(first, one) {
  const cpu = median(one.rounds.map(({ cpuUs }, place) => cpuUs / (first.rounds[place]?.cpuUs ?? Number.NaN)));
  return { [`${first.label} ÷ it`]: rounded(ratio(first, one)), [`its CPU ÷ ${first.label}'s`]: rounded(cpu) };
}

/**
 * @param {Entrant[]} entrants
 * @param {string} [title]
 * @returns {import('../report.js').Table}
 */
export function figuresOf(entrants, title) {
  const [first] = entrants;
  const rows = first ? tableOf(entrants, first) : {};
  const figures = Object.entries(rows).map(([label, row], place) => [
    label,
    {
      ...Object.fromEntries(Object.entries(row).filter(([column]) => !column.endsWith('÷ it'))),
      'req/s, slowest to fastest round': spreadOf(entrants[place]?.rounds ?? []),
    },
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
function spreadOf(rounds) {
  const rates = rounds.map(({ perSecond }) => Math.round(perSecond));
  return [Math.min(...rates), Math.max(...rates)].map((rate) => rate.toLocaleString('en')).join('–');
}

/** @param {import('../race.js').Round[]} rounds */
function rateOf(rounds) {
  return median(rounds.map(({ perSecond }) => perSecond));
}

/** @param {number} value */
function rounded(value) {
  return Math.round(value * 100) / 100;
}
