/** Three nodes, one database, and every way between them that can fail. */
import { tmpdir } from 'node:os';
import pg from 'pg';
import { makeServiceKey } from '../bench/service-key.js';
import { Endings, furnish } from './furnishing.js';
import { makeStandby } from './standby.js';

const CONNECTIONS = 4;

/** @typedef {import('./furnishing.js').Parts} Parts */
/**
 * @typedef {object} Wanted
 * @property {number} [nodes]
 * @property {string | undefined} [folder] Where it keeps its files while it lives.
 * @property {string | undefined} [defect] The name of one of test/defects, to be planted into each node.
 * @property {NodeJS.ProcessEnv | undefined} [settings] Further variables of the nodes.
 * @property {boolean | undefined} [withStandby] The database has a synchronous standby, which can take over.
 */

export class Cluster {
  /**
   * @param {Parts} parts
   * @param {Endings} endings
   */
  constructor({ nodes, postgres, standby, proxies, logs, admin, networkMissing }, endings) {
    this.nodes = nodes;
    this.postgres = postgres;
    this.standby = standby;
    this.proxies = proxies;
    this.logs = logs;
    /** The first administrator. */
    this.admin = admin;
    /** Why nodes have no network of their own; undefined where they have. */
    this.networkMissing = networkMissing;
    this.endings = endings;
    this.pool = poolOf(postgres.url);
  }

  /**
   * Running and ready.
   *
   * @param {Wanted} [wanted]
   */
  static async start({ nodes = 3, folder = tmpdir(), defect, settings = {}, withStandby = false } = {}) {
    const endings = new Endings();
    try {
      const parts = await furnish({ count: nodes, parent: folder, defect, settings, withStandby }, endings);
      return new Cluster(parts, endings);
    } catch (error) {
      await endings.run();
      throw error;
    }
  }

  /** Straight to PostgreSQL, past the proxies. */
  get databaseUrl() {
    return this.postgres.url;
  }

  /**
   * Fails while the database is down.
   *
   * @param {string} text
   * @param {unknown[]} [values]
   * @returns {Promise<Record<string, unknown>[]>}
   */
  async query(text, values = []) {
    /** @type {import('pg').QueryResult<Record<string, unknown>>} */
    const { rows } = await this.pool.query(text, values);
    return rows;
  }

  /**
   * Of all applications.
   *
   * @param {readonly string[]} scopes
   */
  serviceKey(scopes) {
    return makeServiceKey((text, values) => this.query(text, values), scopes);
  }

  /** The primary dies and stays away; its standby takes over, and gets a standby of its own in the other's place. */
  async failOver() {
    const [lost, fresh] = [this.postgres, this.standby];
    if (!fresh) throw new Error('There is no standby.');
    await lost.crash();
    await fresh.promote();
    this.postgres = fresh;
    await this.pool.end();
    this.pool = poolOf(fresh.url);
    await Promise.all(this.nodes.map(({ place }) => this.proxies.redirect(place, fresh.url)));
    this.standby = await makeStandby(fresh, lost.files.directory, this.endings);
  }

  /** Everything is up and reaches everything; clocks stay as they are. */
  async heal() {
    if (!this.postgres.isUp) await this.postgres.launch();
    for (const { place } of this.nodes) await this.proxies.heal(place);
    await Promise.all(this.nodes.filter(({ isUp }) => !isUp).map((node) => node.boot()));
  }

  /** Ends and removes all that was started; may be asked twice. */
  async stop() {
    await this.pool.end().catch(() => {});
    await this.endings.run();
  }
}

/** @param {string} connectionString */
function poolOf(connectionString) {
  return new pg.Pool({ connectionString, max: CONNECTIONS }).on('error', () => {});
}
