/** A way to the database that fails as networks do, and that can hold the store's answers back. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { HeldAnswers } from './held-answers.js';

/** @typedef {{ client: import('node:net').Socket, upstream: import('node:net').Socket, questions: HeldAnswers, answers: HeldAnswers }} Pair */

/** Stands between a node and its database. */
export class DatabaseProxy {
  /** @type {Set<Pair>} */
  pairs = new Set();
  isSwallowing = false;
  isRefusing = false;
  /** @type {(() => number) | undefined} */
  delayMs;
  /** Questions wait so long, each behind those before it. */
  slowMs = 0;
  /** Answers that came late so far, and their waits in sum. */
  late = { answers: 0, ms: 0 };

  /**
   * @param {import('node:net').Server} server
   * @param {string} url
   * @param {string} databaseUrl
   */
  constructor(server, url, databaseUrl) {
    this.server = server;
    this.url = url;
    this.databaseUrl = databaseUrl;
  }

  /**
   * @param {string} databaseUrl
   * @param {string} [host] Where it listens.
   */
  static async start(databaseUrl, host = '127.0.0.1') {
    const server = createServer({ pauseOnConnect: true }).listen(0, host);
    await once(server, 'listening');
    const address = /** @type {import('node:net').AddressInfo} */ (server.address());
    const url = Object.assign(new URL(databaseUrl), { host: `${host}:${address.port}` }).href;
    const proxy = new DatabaseProxy(server, url, databaseUrl);
    server.on('connection', (client) => proxy.pair(client));
    return proxy;
  }

  /**
   * Connections are reset, and new ones lead to another database.
   *
   * @param {string} databaseUrl
   */
  redirect(databaseUrl) {
    this.databaseUrl = databaseUrl;
    this.reset();
  }

  /** Every byte is lost, in both directions; connections stay. */
  swallow() {
    this.isSwallowing = true;
  }

  /** Connections are reset, and new ones refused. */
  refuse() {
    this.isRefusing = true;
    this.reset();
  }

  /** All connections are reset; new ones are taken. */
  reset() {
    for (const { client, upstream } of this.pairs) for (const socket of [client, upstream]) socket.resetAndDestroy();
  }

  /**
   * From now on each answer waits as long as it is told, in the order of its connection; connections overtake each
   * other. Infinity: until `release`. Questions pass at once.
   *
   * @param {() => number} delayMs Asked once an answer.
   */
  holdBack(delayMs) {
    this.delayMs = delayMs;
  }

  /**
   * From now on the store is so far away: each question and each answer travels this long.
   *
   * @param {number} travelMs
   */
  slowDown(travelMs) {
    this.slowMs = travelMs;
    this.holdBack(() => travelMs);
  }

  /** Whatever comes passes at once again, and what waits goes out. */
  release() {
    this.delayMs = undefined;
    this.slowMs = 0;
    for (const { questions, answers } of this.pairs) for (const held of [questions, answers]) held.release();
  }

  heal() {
    if (this.isSwallowing)
      for (const { client, upstream } of this.pairs) for (const socket of [client, upstream]) socket.destroy();
    this.isSwallowing = false;
    this.isRefusing = false;
    this.release();
  }

  stop() {
    this.refuse();
    this.server.close();
  }

  /** @param {import('node:net').Socket} client */
  pair(client) {
    client.on('error', () => {});
    if (this.isRefusing) {
      client.resetAndDestroy();
      return;
    }
    const { hostname, port } = new URL(this.databaseUrl);
    const upstream = connect({ port: Number(port), host: hostname, noDelay: true }).on('error', () => {});
    client.setNoDelay();
    const answers = new HeldAnswers((bytes, waitedMs) => {
      if (waitedMs > 0) this.late = { answers: this.late.answers + 1, ms: this.late.ms + waitedMs };
      client.write(bytes);
    });
    const questions = new HeldAnswers((bytes) => upstream.write(bytes));
    const pair = { client, upstream, questions, answers };
    this.pairs.add(pair);
    client.on('data', (bytes) => this.isSwallowing || questions.add(bytes, this.slowMs));
    upstream.on('data', (bytes) => this.isSwallowing || answers.add(bytes, this.delayMs?.() ?? 0));
    for (const socket of [client, upstream]) socket.on('close', () => this.part(pair));
    client.resume();
  }

  /** @param {Pair} pair */
  part(pair) {
    this.pairs.delete(pair);
    pair.questions.drop();
    pair.answers.drop();
    pair.client.destroy();
    pair.upstream.destroy();
  }
}
