/** The PostgreSQL of a run: its own folder, its own user, a port that stays; it may crash and come back at any time. */
import { appendFile, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { postgresCluster } from '../bench/built.js';
import { quietPort } from './quiet-port.js';

const DATABASE = 'curfew';
const PATIENCE_S = '30';
const HOST = '127.0.0.1';

/** @typedef {import('../../src/database/postgres-cluster.js').PostgresCluster} Files */
/** @typedef {import('./furnishing.js').Endings} Endings */

export class OwnPostgres {
  /** As it was told last: on a crowded machine it may be up and not answer in time. */
  isUp = false;

  /**
   * @param {Files} files
   * @param {number} port
   */
  constructor(files, port) {
    this.files = files;
    this.port = port;
    this.url = `postgres://curfew:${files.password}@${HOST}:${port}/${DATABASE}`;
  }

  /**
   * With an empty database, running.
   *
   * @param {string} directory Made here, for this cluster alone.
   * @param {Endings} endings
   */
  static async start(directory, endings) {
    const postgres = await OwnPostgres.open(directory, endings);
    await postgres.launch();
    const client = await postgres.connect('postgres');
    await client.query(`create database ${DATABASE}`);
    await client.end();
    return postgres;
  }

  /**
   * Not running yet. What makes an acknowledged commit last is left as PostgreSQL has it: the server would refuse less.
   *
   * @param {string} directory With a cluster in it, or not.
   * @param {Endings} endings
   * @param {string[]} settings
   */
  static async open(directory, endings, settings = []) {
    const { PostgresCluster } = await postgresCluster();
    const files = await PostgresCluster.open(directory);
    const postgres = new OwnPostgres(files, await quietPort(HOST));
    const address = [`port = ${postgres.port}`, `listen_addresses = '${HOST}'`, "unix_socket_directories = ''"];
    // What a standby that is being made has not read yet.
    await postgres.configure([...address, "wal_keep_size = '512MB'", ...settings]);
    await (await open(files.logFile, 'a', 0o600)).close();
    await files.runner.own(files.logFile);
    endings.add(() => postgres.crash().catch(() => {}));
    return postgres;
  }

  /** As when the power goes, but for what the system had been handed: nothing is finished, and nobody is told. */
  async crash() {
    this.isUp = false;
    await this.control('stop', '-m', 'immediate');
  }

  /** In good order: transactions are rolled back, and all that was committed is written. */
  async shutDown() {
    this.isUp = false;
    await this.control('stop', '-m', 'fast');
  }

  /** Returns once it accepts connections, and has recovered where it crashed. */
  async launch() {
    await this.control('start', '-l', this.files.logFile);
    this.isUp = true;
  }

  /** A standby becomes a primary. */
  async promote() {
    await this.control('promote');
  }

  /** Throws where it does not answer. */
  async connect(database = DATABASE) {
    const connectionString = Object.assign(new URL(this.url), { pathname: `/${database}` }).href;
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: 1_000 }).on('error', () => {});
    await client.connect();
    return client;
  }

  /**
   * From its next start on. The last word about a setting counts.
   *
   * @param {string[]} settings
   */
  async configure(settings) {
    await appendFile(join(this.files.folder, 'postgresql.auto.conf'), `${settings.join('\n')}\n`);
  }

  /** @param {string[]} words */
  async control(...words) {
    const { runner, binaries, folder, logFile } = this.files;
    try {
      await runner.run(binaries.pgCtl, ['-D', folder, '-w', '-t', PATIENCE_S, ...words], folder);
    } catch (cause) {
      const log = await readFile(logFile, 'utf8').catch(() => '');
      const last = log.trim().split('\n').slice(-5).join('\n');
      throw new Error(`pg_ctl ${words.join(' ')} failed; the last lines of its log:\n${last}`, { cause });
    }
  }
}
