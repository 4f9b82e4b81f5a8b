/** A PostgreSQL of this run alone, in a temporary folder, with the tables of the built server and rows to search among. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { databasePreparation, embeddedPostgres, migrations } from './built.js';

const ROWS = 100_000;

/** Two sessions a user. The secret is the hash of the session's id, so that tokens can be made from the table. */
const FILL = [
  `insert into applications (id, name) values (uuidv7(), 'Bench')`,
  `insert into users (id, application_id, username)
   select uuidv7(), applications.id, 'user' || n from applications, generate_series(1, ${ROWS / 2}) as n`,
  `insert into sessions (user_id, id, application_id, contract, secret_hash, idle_until, expires_at, ip, user_agent)
   select users.id, fresh.id, users.application_id, 'native', sha256(sha256(fresh.id::text::bytea)),
          now() + interval '1 hour', now() + interval '1 day', '203.0.113.7', 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101'
   from users, generate_series(1, 2) as turn, lateral (select users.id as owner, turn, uuidv7() as id) as fresh`,
  'vacuum analyze',
];

const TOKENS = `
  select 'cfs_' || translate(encode(uuid_send(user_id) || uuid_send(id) || sha256(id::text::bytea), 'base64'), E'+/=\\n', '-_') as token
  from sessions where contract = $2 order by sha256(id::text::bytea) limit $1`;

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

  static async start() {
    const folder = await mkdtemp(join(tmpdir(), 'curfew-bench-'));
    // The database drops root's rights, and must still reach its folder.
    await chmod(folder, 0o755);
    const { EmbeddedPostgres } = await embeddedPostgres();
    const database = new TemporaryDatabase(folder, await EmbeddedPostgres.start(join(folder, 'data')));
    const { prepareDatabase } = await databasePreparation();
    const { MIGRATIONS } = await migrations();
    await prepareDatabase(database.url, MIGRATIONS, true, () => {});
    for (const statement of FILL) await database.query(statement);
    return database;
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

  async stop() {
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
