/** One line that says how far the run is, while it runs. */

const BEAT_MS = 1_000;

export class Progress {
  /** @type {NodeJS.Timeout | undefined} */
  timer;
  last = '';

  /** @param {{ isQuiet: boolean, state: () => string }} how */
  constructor({ isQuiet, state }) {
    this.isLive = !isQuiet && process.stderr.isTTY;
    this.isQuiet = isQuiet;
    this.state = state;
    if (this.isLive) this.timer = setInterval(() => this.show(), BEAT_MS);
  }

  show() {
    process.stderr.write(`\r\u001b[2K${this.state()}`);
  }

  /** Something that is told once, whoever looks. @param {string} words */
  say(words) {
    if (this.isQuiet) return;
    process.stderr.write(this.isLive ? `\r\u001b[2K${words}\n` : `${words}\n`);
  }

  end() {
    clearInterval(this.timer);
    if (this.isLive) process.stderr.write('\r\u001b[2K');
  }
}
