/** The ways from the nodes to their database, each of which may fail by itself. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** @typedef {import('./proxy-process.js').Order} Order */

export class Proxies {
  orders = 0;
  /** @type {Map<number, () => void>} */
  waiting = new Map();

  /**
   * @param {import('node:child_process').ChildProcess} child
   * @param {string[]} urls One a node.
   */
  constructor(child, urls) {
    this.child = child;
    this.urls = urls;
    child.on('message', (message) => this.done(/** @type {{ order: number }} */ (message).order));
  }

  /**
   * @param {string} databaseUrl
   * @param {string[]} hosts The address at which each node finds its way.
   */
  static async start(databaseUrl, hosts) {
    const child = fork(join(import.meta.dirname, 'proxy-process.js'));
    child.send({ databaseUrl, hosts });
    const [{ urls }] = /** @type {[{ urls: string[] }]} */ (await once(child, 'message'));
    return new Proxies(child, urls);
  }

  /**
   * Connections break off; new ones are taken.
   *
   * @param {number} place
   */
  reset(place) {
    return this.tell({ place, deed: 'reset' });
  }

  /**
   * Connections break off; new ones lead to this database.
   *
   * @param {number} place
   * @param {string} url
   */
  redirect(place, url) {
    return this.tell({ place, deed: 'redirect', url });
  }

  /**
   * Every byte is lost, in both directions; connections stay.
   *
   * @param {number} place
   */
  swallow(place) {
    return this.tell({ place, deed: 'swallow' });
  }

  /**
   * Each byte travels this long, in both directions.
   *
   * @param {number} place
   * @param {number} ms
   */
  slowDown(place, ms) {
    return this.tell({ place, deed: 'slow', ms });
  }

  /**
   * Each answer waits by chance, so that connections overtake each other.
   *
   * @param {number} place
   * @param {number} ms The longest wait.
   * @param {string} seed
   */
  jitter(place, ms, seed) {
    return this.tell({ place, deed: 'jitter', ms, seed });
  }

  /** @param {number} place */
  heal(place) {
    return this.tell({ place, deed: 'heal' });
  }

  stop() {
    if (this.child.connected) this.child.disconnect();
  }

  /**
   * Returns once it is done.
   *
   * @param {Omit<Order, 'order'>} what
   */
  tell(what) {
    const order = ++this.orders;
    return new Promise((resolve, reject) => {
      this.waiting.set(order, () => resolve(undefined));
      this.child.send({ order, ...what }, (error) => error && reject(error));
    });
  }

  /** @param {number} order */
  done(order) {
    this.waiting.get(order)?.();
    this.waiting.delete(order);
  }
}
