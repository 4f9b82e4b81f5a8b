/** Chance that a seed repeats. */
import { createHash } from 'node:crypto';

const WORD = 2 ** 32;

/** A sequence of numbers that looks like chance: the same for the same seed. Nothing that it draws may become a secret. */
export class Random {
  /** @param {string | number} seed */
  constructor(seed) {
    this.seed = String(seed);
    this.state = createHash('sha256').update(this.seed).digest().readUInt32BE();
  }

  /** At least 0, below 1. (The generator is mulberry32, which is in the public domain.) */
  next() {
    this.state = (this.state + 0x6d2b79f5) % WORD;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / WORD;
  }

  /**
   * @param {number} low
   * @param {number} high
   */
  between(low, high) {
    return low + this.next() * (high - low);
  }

  /**
   * One of these. Throws where there is none.
   *
   * @template T
   * @param {readonly T[]} among
   * @returns {T}
   */
  pick(among) {
    const picked = among[Math.floor(this.next() * among.length)];
    if (picked === undefined) throw new Error('There is nothing to pick from.');
    return picked;
  }

  /**
   * All of these in another order.
   *
   * @template T
   * @param {readonly T[]} these
   */
  shuffled(these) {
    return these
      .map((one) => ({ one, place: this.next() }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ one }) => one);
  }

  /**
   * Chance of its own for a part of the work: what others draw meanwhile does not change it.
   *
   * @param {string | number} name
   */
  fork(name) {
    return new Random(`${this.seed}/${name}`);
  }
}
