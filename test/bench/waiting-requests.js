/** Many connections, each with one request that waits. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

const OPENED_AT_A_TIME = 250;
/** Beside the connections: the database's, the probe's, files. */
const OTHER_FILES = 500;

/** @typedef {{ socket: import('node:net').Socket, request: string, answer: string }} Waiting */

/**
 * Throws where this process, or the server it starts, may not open so many.
 *
 * @param {number} count
 */
export function requireFiles(count) {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const allowed = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Infinity);
  if (allowed < count + OTHER_FILES)
    throw new Error(`${count} connections need ulimit -n ${count + OTHER_FILES}; it is ${allowed}.`);
}

export class WaitingRequests {
  /** @type {Waiting[]} */
  all = [];

  /**
   * Opens a connection for each, and sends nothing yet.
   *
   * @param {string} origin
   * @param {string[]} requests Without bodies.
   */
  static async open(origin, requests) {
    const { hostname, port } = new URL(origin);
    const waiting = new WaitingRequests();
    for (let from = 0; from < requests.length; from += OPENED_AT_A_TIME) {
      const opened = requests.slice(from, from + OPENED_AT_A_TIME).map((request) => {
        const socket = connect(Number(port), hostname).setEncoding('latin1');
        const one = { socket, request, answer: '' };
        socket.on('data', (/** @type {string} */ text) => (one.answer += text));
        waiting.all.push(one);
        return once(socket, 'connect');
      });
      await Promise.all(opened);
    }
    return waiting;
  }

  send() {
    for (const { socket, request } of this.all) socket.write(request);
  }

  /** Answered so far, by status. */
  statuses() {
    /** @type {Record<string, number>} */
    const counts = {};
    for (const { answer } of this.all) {
      const status = /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'none';
      counts[status] = (counts[status] ?? 0) + 1;
    }
    return counts;
  }

  close() {
    for (const { socket } of this.all) socket.destroy();
  }
}
