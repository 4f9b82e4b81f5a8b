/** Very many durations, kept to a few per cent. */

/** Each bucket ends so much above the one before. */
const STEP = Math.log(1.03);
const LEAST_MS = 0.05;

export class Latencies {
  count = 0;
  /** @type {number[]} */
  buckets = [];

  /** @param {number} ms */
  add(ms) {
    const bucket = Math.max(0, Math.ceil(Math.log(ms / LEAST_MS) / STEP));
    this.buckets[bucket] = (this.buckets[bucket] ?? 0) + 1;
    this.count++;
  }

  /**
   * In milliseconds, 3 % too much at most; NaN where there is none.
   *
   * @param {number} percent
   */
  percentile(percent) {
    let left = Math.ceil((this.count * percent) / 100);
    for (let bucket = 0; bucket < this.buckets.length; bucket++) {
      left -= this.buckets[bucket] ?? 0;
      if (left <= 0) return LEAST_MS * Math.exp(bucket * STEP);
    }
    return Number.NaN;
  }
}
