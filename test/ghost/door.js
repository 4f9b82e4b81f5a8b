/** A node as clients see it: an address that stays, connections that are kept, and a limit to patience. */
import { Agent } from 'node:http';
import { ask } from '../bench/keep-alive-client.js';
import { now } from './clock.js';

/** Who has waited so long gives up: one fault may cost a login two seconds, and the next one strikes as it goes on. */
export const PATIENCE_MS = 5_000;

/**
 * @typedef {{ method?: string, path: string, headers?: Record<string, string>, body?: string }} Asked
 * @typedef {object} Exchange What was asked, and what came of it.
 * @property {number} t0 Before the first byte.
 * @property {number} t1 After the last one.
 * @property {number | null} status
 * @property {import('node:http').IncomingHttpHeaders} headers
 * @property {string} body
 * @property {string} [error] Why there is no answer.
 * @property {boolean} [isReused]
 */

export class Door {
  agent = new Agent({ keepAlive: true });

  /**
   * @param {number} place
   * @param {string} origin
   * @param {number} patienceMs
   */
  constructor(place, origin, patienceMs = PATIENCE_MS) {
    this.place = place;
    this.origin = origin;
    this.patienceMs = patienceMs;
  }

  /**
   * @param {Asked} asked
   * @returns {Promise<Exchange>}
   */
  async ask({ method = 'GET', path, headers = {}, body = '' }) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), this.patienceMs);
    const options = { agent: this.agent, method, headers: { ...headers }, signal: patience.signal };
    const t0 = now();
    try {
      const { status, headers: answered, body: text } = await ask(this.origin + path, options, body);
      return { t0, t1: now(), status, headers: answered, body: text };
    } catch (error) {
      return { t0, t1: now(), status: null, headers: {}, body: '', ...reasonOf(error, patience.signal) };
    } finally {
      clearTimeout(timer);
    }
  }

  close() {
    this.agent.destroy();
  }
}

/**
 * @param {unknown} error
 * @param {AbortSignal} patience
 */
function reasonOf(error, patience) {
  const { code = 'unknown', isReused = false } = /** @type {{ code?: string, isReused?: boolean }} */ (error);
  return { error: patience.aborted ? 'timeout' : code, isReused };
}
