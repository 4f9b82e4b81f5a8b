/** How long, how often, and what comes of it. */

/** @typedef {{ rounds: number, seconds: number, versions: Record<string, string> }} Terms */
/** @typedef {{ entrants: import('../race.js').Entrant[], section: import('../report.js').Section }} Outcome */

const FEWEST_ROUNDS = 5;
const FEWEST_SECONDS = 3;

/**
 * Only such a race says anything to a reader of the docs.
 *
 * @param {{ rounds: number, seconds: number, withPeers: boolean }} given
 */
export function isPublishable({ rounds, seconds, withPeers }) {
  return withPeers && rounds >= FEWEST_ROUNDS && seconds >= FEWEST_SECONDS;
}

/**
 * @param {string} name
 * @param {string} text
 */
export function countOf(name, text) {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Error(`--${name} takes a whole number from 1 to 9999, not "${text}".`);
  return Number(text);
}
