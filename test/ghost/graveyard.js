/** Tokens that have ended, or may have, and those that are ending at this moment: both are asked about on and on. */

/** @typedef {import('./recorder.js').Held} Held */

const KEPT = 500;

export class Graveyard {
  /** @type {Held[]} */
  buried = [];
  /** @type {Held[]} */
  ending = [];

  /** @param {Held} held */
  bury(held) {
    this.buried.push(held);
    if (this.buried.length > 2 * KEPT) this.buried.splice(0, KEPT);
  }

  /** One of those that ended last, or undefined. @param {import('./random.js').Random} random */
  pick(random) {
    return this.buried.length > 0 ? random.pick(this.buried) : undefined;
  }

  /** One of those that are being raced for, or undefined. @param {import('./random.js').Random} random */
  hot(random) {
    return this.ending.length > 0 ? random.pick(this.ending) : undefined;
  }

  /**
   * Everybody may race for it meanwhile.
   *
   * @template T
   * @param {Held} held
   * @param {() => Promise<T>} end
   */
  async whileHot(held, end) {
    this.ending.push(held);
    try {
      return await end();
    } finally {
      this.ending = this.ending.filter((each) => each !== held);
    }
  }
}
