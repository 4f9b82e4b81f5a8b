import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The streams, in a process of their own. */
export class Listeners {
  child = fork(join(import.meta.dirname, 'listening-process.js'));

  /**
   * @param {string} origin
   * @param {string[]} keys
   */
  constructor(origin, keys) {
    this.origin = origin;
    this.keys = keys;
  }

  /** @param {number} count */
  open(count) {
    return this.ask({ open: count, origin: this.origin, keys: this.keys });
  }

  /**
   * @param {'take' | 'close' | object} question
   * @returns {Promise<unknown>}
   */
  async ask(question) {
    const answered = once(this.child, 'message');
    this.child.send(question);
    return (await answered)[0];
  }

  stop() {
    this.child.disconnect();
  }
}
