/** A PostgreSQL of this run alone, in a temporary folder, with the tables of the built server and rows to search among. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { databasePreparation, embeddedPostgres, migrations } from './built.js';
import { fill } from './fill.js';
import { makeServiceKey } from './service-key.js';

/** @typedef {Parameters<typeof fill>[1]} Filling */

const FILLING = { rows: 100_000 };

const TOKENS = `
  select 'cfs_' || translate(encode(uuid_send(user_id) || uuid_send(id) || sha256(id::text::bytea), 'base64'), E'+/=\\n', '-_') as token
  from sessions where contract = $2 and expires_at > now() and secret_hash = sha256(sha256(id::text::bytea)) order by sha256(id::text::bytea) limit $1`;

/** So many sessions, none of them twice, become another contract's. */
const HAND_OVER = `
  update sessions set contract = $2 
  where (user_id, id) in (select user_id, id from sessions order by user_id, id limit $1 offset $3)`;

/** One database, asked over a connection that is closed again. */
export class Database {
  /** @param {string} url */
  constructor(url) {
    this.url = url;
  }

  /**
   * @param {string} text
   * @param {unknown[]} [values]
   * @returns {Promise<Record<string, unknown>[]>}
   */
  async query(text, values = []) {
    const client = new pg.Client(this.url);
    await client.connect();
    try {
      /** @type {pg.QueryResult<Record<string, unknown>>} */
      const { rows } = await client.query(text, values);
      return rows;
    } finally {
      await client.end();
    }
  }
}

export class TemporaryDatabase extends Database {
  /**
   * @param {string} folder
   * @param {{ readonly url: string, stop(): Promise<void> }} server
   */
  constructor(folder, server) {
    super(server.url);
    this.folder = folder;
    this.server = server;
  }

  /**
   * @param {Filling} [filling]
   */
  static async start(filling = FILLING) {
    const folder = await mkdtemp(join(tmpdir(), 'curfew-bench-'));
    // The database drops root's rights, and must still reach its folder.
    await chmod(folder, 0o755);
    const { EmbeddedPostgres } = await embeddedPostgres();
    const starting = EmbeddedPostgres.start(join(folder, 'data'));
    const server = await starting.catch(async (error) => {
      await rm(folder, { recursive: true, force: true });
      throw error;
    });
    const database = new TemporaryDatabase(folder, server);
    try {
      await database.furnish(filling, () => {});
      return database;
    } catch (error) {
      await database.stop();
      throw error;
    }
  }

  /**
   * One more on the same server, with which it goes.
   *
   * @param {string} name
   * @param {Filling} filling
   * @param {(line: string) => void} tell
   */
  async sibling(name, filling, tell) {
    const sibling = new TemporaryDatabase(this.folder, this.server);
    sibling.url = (await this.beside(name)).url;
    await sibling.furnish(filling, tell);
    return sibling;
  }

  /**
   * @param {Filling} filling
   * @param {(line: string) => void} tell
   */
  async furnish(filling, tell) {
    const { prepareDatabase } = await databasePreparation();
    const { MIGRATIONS } = await migrations();
    await prepareDatabase(this.url, MIGRATIONS, true, () => {});
    await fill(this.url, filling, tell);
  }

  /**
   * Another database on the same server: empty, or a copy of this one, which nobody may be using then.
   *
   * @param {string} name
   * @param {{ isCopy?: boolean }} [options]
   */
  async beside(name, { isCopy = false } = {}) {
    await this.query(`create database "${name}"${isCopy ? ' template curfew' : ''}`);
    const url = new URL(this.url);
    url.pathname = `/${name}`;
    return new Database(url.href);
  }

  /**
   * Tokens of live sessions, spread over the table; of another contract than our own, they are made its first.
   *
   * @param {number} count
   * @param {string} [contract]
   * @param {number} [from]
   */
  async tokens(count, contract = 'native', from = 0) {
    if (contract !== 'native') await this.query(HAND_OVER, [count, contract, from]);
    return (await this.query(TOKENS, [count, contract])).map(({ token }) => String(token));
  }

  /**
   * A service key of all applications.
   *
   * @param {string} scope
   */
  serviceKey(scope) {
    return makeServiceKey((text, values) => this.query(text, values), [scope]);
  }

  async stop() {
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
