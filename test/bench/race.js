/** Contestants in alternating rounds on one machine: both sides of a round meet the same noise, and only ratios count. */
import { median } from './statistics.js';
import { load } from './wrk.js';

/** @typedef {import('./wrk.js').Load & { cpuUs: number }} Round */
/** @typedef {import('./server-process.js').ServerProcess} ServerProcess */
/** @typedef {{ label: string, server: ServerProcess, path: string, headerFile: string, rounds: Round[] }} Contestant */

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
 * One warm-up each, which does not count, then in turn; who begins moves on from round to round.
 *
 * @param {Contestant[]} contestants
 * @param {number} rounds
 * @param {number} seconds
 */
export async function race(contestants, rounds, seconds) {
  for (const { server, path, headerFile } of contestants) await load(server.origin + path, headerFile, 2);
  for (let round = 0; round < rounds; round++) {
    const first = round % contestants.length;
    for (const { server, path, headerFile, rounds: results } of [
      ...contestants.slice(first),
      ...contestants.slice(0, first),
    ]) {
      const before = server.cpuUs();
      const result = await load(server.origin + path, headerFile, seconds);
      results.push({ ...result, cpuUs: (server.cpuUs() - before) / result.requests });
    }
  }
}

/**
 * @param {Contestant[]} contestants
 * @param {Contestant} favourite
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
 * @param {Contestant} one
 * @param {Contestant} other
 */
export function ratio(one, other) {
  return median(one.rounds.map((round, place) => round.perSecond / (other.rounds[place]?.perSecond ?? Number.NaN)));
}

/** @param {Contestant} one */
export function failuresOf({ rounds: results }) {
  return results.reduce((sum, round) => sum + round.failures, 0);
}

/** @param {number} value */
function rounded(value) {
  return Math.round(value * 100) / 100;
}
