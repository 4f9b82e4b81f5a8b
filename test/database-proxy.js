/** A way to the database that fails as networks do, and that can hold the store's answers back. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { HeldAnswers } from './held-answers.js';

/** @typedef {{ client: import('node:net').Socket, upstream: import('node:net').Socket, answers: HeldAnswers }} Pair */

/** Stands between a node and its database. */
export class DatabaseProxy {
  /** @type {Set<Pair>} */
  pairs = new Set();
  isSwallowing = false;
  isRefusing = false;
  /** @type {(() => number) | undefined} */
  delayMs;
  /** Answers that came late so far, and their waits in sum. */
  late = { answers: 0, ms: 0 };

  /**
   * @param {import('node:net').Server} server
   * @param {string} url
   */
  constructor(server, url) {
    this.server = server;
    this.url = url;
  }

  /** @param {string} databaseUrl */
  static async start(databaseUrl) {
    const { hostname, port } = new URL(databaseUrl);
    const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = /** @type {import('node:net').AddressInfo} */ (server.address());
    const url = Object.assign(new URL(databaseUrl), { host: `127.0.0.1:${address.port}` }).href;
    const proxy = new DatabaseProxy(server, url);
    server.on('connection', (client) => proxy.pair(client, Number(port), hostname));
    return proxy;
  }

  /** Every byte is lost, in both directions; connections stay. */
  swallow() {
    this.isSwallowing = true;
  }

  /** Connections are reset, and new ones refused. */
  refuse() {
    this.isRefusing = true;
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

  /** Answers pass at once again, and those that wait go out. */
  release() {
    this.delayMs = undefined;
    for (const { answers } of this.pairs) answers.release();
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

  /**
   * @param {import('node:net').Socket} client
   * @param {number} port
   * @param {string} host
   */
  pair(client, port, host) {
    client.on('error', () => {});
    if (this.isRefusing) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({ port, host, noDelay: true }).on('error', () => {});
    client.setNoDelay();
    const answers = new HeldAnswers((bytes, waitedMs) => {
      if (waitedMs > 0) this.late = { answers: this.late.answers + 1, ms: this.late.ms + waitedMs };
      client.write(bytes);
    });
    const pair = { client, upstream, answers };
    this.pairs.add(pair);
    client.on('data', (bytes) => this.isSwallowing || upstream.write(bytes));
    upstream.on('data', (bytes) => this.isSwallowing || answers.add(bytes, this.delayMs?.() ?? 0));
    for (const socket of [client, upstream]) socket.on('close', () => this.part(pair));
    client.resume();
  }

  /** @param {Pair} pair */
  part(pair) {
    this.pairs.delete(pair);
    pair.answers.drop();
    pair.client.destroy();
    pair.upstream.destroy();
  }
}
