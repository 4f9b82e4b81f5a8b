/** Which fault strikes when: a seed repeats kinds, places, lengths and rests, however fast the machine is. */
import { setTimeout as pause } from 'node:timers/promises';
import { now } from './clock.js';
import { FAULTS } from './faults/faults.js';
import { Random } from './random.js';

/** Rests between faults, in milliseconds: some shorter than a request may take, so that the next fault meets the last one's waves. */
const REST_MS = { low: 50, high: 500 };

/** A run that has not seen enough when its time is over goes on for so many times its length. */
const LONGER = 2;
const GLANCE_MS = 50;

/** @typedef {import('./cluster.js').Cluster} Cluster */
/**
 * A way in which the surroundings fail. `strike` lets it happen, mends what it broke, and answers what else is to be told.
 *
 * @typedef {object} Fault
 * @property {string} kind
 * @property {(cluster: Cluster) => string | undefined} [needs] Why it cannot be done on this machine.
 * @property {(cluster: Cluster, random: Random) => Promise<{ node?: number, detail?: object } | void>} strike
 */
/** @typedef {{ kind: string, node?: number, from: number, until: number, detail?: object, skipped?: string }} Struck */

export class Schedule {
  /**
   * @param {object} plan
   * @param {string | number} plan.seed
   * @param {number} plan.seconds
   * @param {readonly string[] | undefined} [plan.kinds] These alone.
   * @param {number | undefined} [plan.restSeconds] Before each; a random one otherwise.
   */
  constructor({ seed, seconds, kinds = FAULTS.map(({ kind }) => kind), restSeconds }) {
    const unknown = kinds.filter((kind) => !FAULTS.some((fault) => fault.kind === kind));
    if (unknown.length > 0)
      throw new Error(`No such fault: ${unknown.join(', ')}. There are ${FAULTS.map(({ kind }) => kind).join(', ')}.`);
    this.random = new Random(seed);
    this.seconds = seconds;
    this.kinds = kinds;
    this.restMs = restSeconds === undefined ? undefined : restSeconds * 1_000;
  }

  /**
   * The first so many faults and the rests before them.
   *
   * @param {number} count
   */
  preview(count) {
    const turns = this.turns();
    return Array.from({ length: count }, () => {
      const { fault, restMs } = turns.next().value;
      return { kind: fault.kind, restMs };
    });
  }

  /**
   * Lets faults strike one after the other until the time is over, and returns once all is mended. What cannot be done here
   * is told first. Before each, `isOver` may end it early, and where it is not enough yet it goes on, for as long again at most.
   *
   * @param {Cluster} cluster
   * @param {(struck: Struck) => void} tell
   * @param {{ isOver?: () => boolean, isEnough?: () => boolean }} [watch]
   */
  async strike(cluster, tell, { isOver = () => false, isEnough = () => true } = {}) {
    const begun = now();
    const isDue = () => now() >= begun + this.seconds * 1_000 * (isEnough() ? 1 : LONGER);
    const impossible = this.tellImpossible(cluster, tell);
    if (impossible.size === this.kinds.length) throw new Error('None of these faults can be done here.');
    for (const { fault, restMs, random } of this.turns()) {
      if (impossible.has(fault.kind)) continue;
      if (await restUntil(isDue, restMs)) break;
      if (isOver()) break;
      const from = now();
      const struck = await fault.strike(cluster, random);
      tell({ kind: fault.kind, from, until: now(), ...struck });
    }
    await cluster.heal();
  }

  /**
   * @param {Cluster} cluster
   * @param {(struck: Struck) => void} tell
   */
  tellImpossible(cluster, tell) {
    const impossible = new Set();
    for (const { kind, needs } of this.faults()) {
      const skipped = needs?.(cluster);
      if (skipped === undefined) continue;
      impossible.add(kind);
      tell({ kind, from: now(), until: now(), skipped });
    }
    return impossible;
  }

  faults() {
    return FAULTS.filter(({ kind }) => this.kinds.includes(kind));
  }

  /**
   * Without end. Each kind comes once before any comes again.
   *
   * @returns {Generator<{ fault: Fault, random: Random, restMs: number }, never>}
   */
  *turns() {
    for (let round = 0; ; round++) {
      const order = this.random.fork(`round ${round}`).shuffled(this.faults());
      for (const fault of order) {
        const random = this.random.fork(`${round} ${fault.kind}`);
        yield { fault, random, restMs: this.restMs ?? random.between(REST_MS.low, REST_MS.high) };
      }
    }
  }
}

/**
 * Whether it was due before the rest was over.
 *
 * @param {() => boolean} isDue
 * @param {number} restMs
 */
async function restUntil(isDue, restMs) {
  const until = now() + restMs;
  while (!isDue() && now() < until) await pause(Math.min(GLANCE_MS, until - now()));
  return isDue();
}
