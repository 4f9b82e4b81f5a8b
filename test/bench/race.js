/** Contestants in alternating rounds on one machine: both sides of a round meet the same noise, and only ratios count. */
import { median } from './statistics.js';
import { load } from './wrk.js';

const WARM_UP_SECONDS = 2;

/** @typedef {import('./wrk.js').Load & { cpuUs: number }} Round */
/** @typedef {import('./server-process.js').ServerProcess} ServerProcess */
/** @typedef {{ label: string, server: ServerProcess, rounds: Round[] }} Entrant Whoever runs, and what came of it. */
/** @typedef {Entrant & { path: string, headerFile: string }} Contestant */

/**
 * @param {string} label
 * @param {ServerProcess} server
 * @param {string} path
 * @param {string} headerFile One header line a request, in turn.
 * @returns {Contestant}
 */
export function contestant(label, server, path, headerFile) {
  return { label, server, path, headerFile, rounds: [] };
}

/**
 * @param {Contestant[]} contestants
 * @param {number} rounds
 * @param {number} seconds
 */
export function race(contestants, rounds, seconds) {
  return raceWith(contestants, rounds, ({ server, path, headerFile }, isWarmUp) =>
    load(server.origin + path, headerFile, isWarmUp ? WARM_UP_SECONDS : seconds),
  );
}

/**
 * One warm-up each, which does not count, then in turn; who begins moves on from round to round.
 *
 * @template {Entrant} T
 * @param {T[]} entrants
 * @param {number} rounds
 * @param {(entrant: T, isWarmUp: boolean) => Promise<import('./wrk.js').Load>} run
 */
export async function raceWith(entrants, rounds, run) {
  for (const entrant of entrants) await run(entrant, true);
  for (let round = 0; round < rounds; round++) {
    const first = round % entrants.length;
    for (const entrant of [...entrants.slice(first), ...entrants.slice(0, first)]) {
      const before = entrant.server.cpuUs();
      const result = await run(entrant, false);
      entrant.rounds.push({ ...result, cpuUs: (entrant.server.cpuUs() - before) / result.requests });
    }
  }
}

/**
 * @param {Entrant[]} contestants
 * @param {Entrant} favourite
 */
export function tableOf(contestants, favourite) {
  return Object.fromEntries(
    contestants.map((one) => [
      one.label,
      {
        'req/s': Math.round(median(one.rounds.map((round) => round.perSecond))),
        'p99 ms': rounded(median(one.rounds.map((round) => round.p99Ms))),
        'CPU µs/req': rounded(median(one.rounds.map((round) => round.cpuUs))),
        [`${favourite.label} ÷ it`]: rounded(ratio(favourite, one)),
        failures: failuresOf(one),
      },
    ]),
  );
}

/**
 * The median over the rounds: both sides of one round met the same noise.
 *
 * @param {Entrant} one
 * @param {Entrant} other
 */
export function ratio(one, other) {
  return median(one.rounds.map((round, place) => round.perSecond / (other.rounds[place]?.perSecond ?? Number.NaN)));
}

/** @param {Entrant} one */
export function failuresOf({ rounds: results }) {
  return results.reduce((sum, round) => sum + round.failures, 0);
}

/** @param {number} value */
export function rounded(value) {
  return Math.round(value * 100) / 100;
}
