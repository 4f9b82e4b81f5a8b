/** A few keep-alive connections that ask one route again and again, and remember how long each answer took. */
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** @typedef {{ status: number, headers: import('node:http').IncomingHttpHeaders, body: string, ms: number }} Answer */

/**
 * @param {string} url
 * @param {import('node:http').RequestOptions} options
 * @param {string} [body]
 * @returns {Promise<Answer>}
 */
export function ask(url, options, body = '') {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (response) => {
      /** @type {Buffer[]} */
      const chunks = [];
      response.on('data', (/** @type {Buffer} */ chunk) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, body: Buffer.concat(chunks).toString(), ms: performance.now() - startedAt });
      });
    });
    sent.once('error', reject).end(body);
  });
}

/** @typedef {{ headers: import('node:http').OutgoingHttpHeaders, method?: string, body?: string }} Question */

/**
 * @param {string} token
 * @returns {Question}
 */
const withToken = (token) => ({ headers: { authorization: `Bearer ${token}` } });

export class KeepAliveClient {
  /** @type {Answer[]} */
  answers = [];
  isStopping = false;

  /**
   * Each connection asks on a fixed beat; an answer that takes longer than a beat delays the next question.
   *
   * @param {string} url
   * @param {string[]} tokens
   * @param {{ connections: number, perSecond: number }} rate Infinity: each asks again as soon as it is answered.
   * @param {(token: string) => Question} questionOf
   */
  constructor(url, tokens, { connections, perSecond }, questionOf = withToken) {
    this.questionOf = questionOf;
    const agent = new Agent({ keepAlive: true, maxSockets: connections });
    const beatMs = (1_000 * connections) / perSecond;
    const ends = Array.from({ length: connections }, (_, place) => this.keepAsking(url, tokens, place, beatMs, agent));
    this.ended = Promise.all(ends).finally(() => agent.destroy());
    this.ended.catch(() => {}); // stop tells it.
  }

  /** What was answered since the last time. */
  take() {
    const { answers } = this;
    this.answers = [];
    return answers;
  }

  /** Throws where a question was not answered. */
  async stop() {
    this.isStopping = true;
    await this.ended;
  }

  /**
   * @param {string} url
   * @param {string[]} tokens
   * @param {number} place
   * @param {number} beatMs
   * @param {Agent} agent
   */
  async keepAsking(url, tokens, place, beatMs, agent) {
    await pause(beatMs * (place / 16));
    for (let turn = place; !this.isStopping; turn++) {
      const { body, ...options } = this.questionOf(tokens[(turn * 61) % tokens.length] ?? '');
      const answer = await ask(url, { agent, ...options }, body);
      this.answers.push(answer);
      await pause(Math.max(0, beatMs - answer.ms));
    }
  }
}
