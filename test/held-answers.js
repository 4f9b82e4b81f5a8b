/** The answers, or the questions, of one connection to the database that wait for their time. None overtakes another. */
export class HeldAnswers {
  /** @type {{ bytes: Buffer, cameAt: number, dueAt: number }[]} */
  waiting = [];
  /** @type {NodeJS.Timeout | undefined} */
  timer;

  /** @param {(bytes: Buffer, waitedMs: number) => void} write */
  constructor(write) {
    this.write = write;
  }

  /**
   * @param {Buffer} bytes
   * @param {number} delayMs 0: at once, unless others wait before it. Infinity: until `release`.
   */
  add(bytes, delayMs) {
    if (delayMs === 0 && this.waiting.length === 0) return this.write(bytes, 0);
    const cameAt = performance.now();
    this.waiting.push({ bytes, cameAt, dueAt: cameAt + delayMs });
    if (this.waiting.length === 1) this.wait();
  }

  release() {
    clearTimeout(this.timer);
    const now = performance.now();
    for (const { bytes, cameAt } of this.waiting.splice(0)) this.write(bytes, now - cameAt);
  }

  /** Their connection is gone. */
  drop() {
    clearTimeout(this.timer);
    this.waiting = [];
  }

  wait() {
    const [first] = this.waiting;
    if (!first || first.dueAt === Infinity) return;
    this.timer = setTimeout(() => {
      this.waiting.shift();
      this.write(first.bytes, performance.now() - first.cameAt);
      this.wait();
    }, first.dueAt - performance.now());
  }
}
