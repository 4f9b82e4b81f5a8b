/** Nodes on one database, nginx before some of them, and one node that reaches the database through PgBouncer. */
import { SERVER } from '../built.js';
import { Nginx } from '../nginx.js';
import { PgBouncer } from '../pgbouncer.js';
import { cpuUsOf, ServerProcess } from '../server-process.js';
import { TemporaryDatabase } from '../temporary-database.js';

const LIMITS = { statement_timeout: '1500', idle_in_transaction_session_timeout: '5000', timezone: 'UTC' };

/** @typedef {{ cpuUs(): number }} Costing */
/**
 * Whoever is asked, and who works for the answer.
 * @typedef {{ origin: string, nodes: ServerProcess[], proxy?: Costing, cpuUs(): number }} Site
 */

export class Fleet {
  /** @type {{ stop(): Promise<void> }[]} */
  started = [];

  async database() {
    return this.keep(await TemporaryDatabase.start());
  }

  /** @param {string} url */
  async node(url) {
    const environment = { DATABASE_URL: url, LOG_LEVEL: 'warn', TRUST_PROXY: '127.0.0.1' };
    return this.keep(await ServerProcess.start(SERVER, environment, '/health/live'));
  }

  /**
   * @param {ServerProcess[]} nodes
   * @returns {Promise<Site>}
   */
  async behindNginx(nodes) {
    const proxy = this.keep(await Nginx.start(nodes.map(({ origin }) => origin)));
    return { origin: proxy.origin, nodes, proxy, cpuUs: () => sumOf(nodes) };
  }

  /**
   * @param {ServerProcess} node
   * @returns {Site}
   */
  alone(node) {
    return { origin: node.origin, nodes: [node], cpuUs: () => sumOf([node]) };
  }

  /**
   * @param {TemporaryDatabase} database
   * @returns {Promise<Site>}
   */
  async behindPgBouncer(database) {
    const { username, pathname } = new URL(database.url);
    for (const [name, value] of Object.entries(LIMITS))
      await database.query(`alter role ${username} in database ${pathname.slice(1)} set ${name} = '${value}'`);
    const pooler = this.keep(await PgBouncer.start(database.url, { default_pool_size: 20 }));
    const node = await this.node(pooler.url);
    const proxy = { cpuUs: () => cpuUsOf(pooler.child?.pid ?? 0) };
    return { origin: node.origin, nodes: [node], proxy, cpuUs: () => sumOf([node]) };
  }

  /** What was started last goes first. */
  async stop() {
    for (let one = this.started.pop(); one; one = this.started.pop()) await one.stop();
  }

  /**
   * @template {{ stop(): Promise<void> }} T
   * @param {T} one
   */
  keep(one) {
    this.started.push(one);
    return one;
  }
}

/** @param {Costing[]} all */
function sumOf(all) {
  return all.reduce((sum, one) => sum + one.cpuUs(), 0);
}
