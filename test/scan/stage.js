/** What is scanned: one built node on a PostgreSQL of its own, an application on all wires, its users, and their sessions. */
import { openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SERVER } from '../bench/built.js';
import { ServerProcess } from '../bench/server-process.js';
import { makeServiceKey } from '../bench/service-key.js';
import { TemporaryDatabase } from '../bench/temporary-database.js';
import { Door } from '../ghost/door.js';
import { json, post, text } from '../ghost/wires.js';
import { passwordOf, World } from '../ghost/world.js';
import { forgiving } from './amnesty.js';

const ADMIN = { identity: 'admin@localhost', password: 'eleven grey herons at dawn' };
const USERS = 18;
/** Sessions to search among; they belong to another application. */
const ROWS = 2_000;
/** A scanner leaves little time to others. */
const PATIENCE_MS = 30_000;
/** Every request is told, and proxies may say who asks: nothing of the code stays unused. */
const SETTINGS = {
  ADMIN_EMAIL: ADMIN.identity,
  ADMIN_PASSWORD: ADMIN.password,
  LOG_LEVEL: 'debug',
  LOG_FORMAT: 'json',
  TRUST_PROXY: '127.0.0.1',
  LOGIN_PAGE: 'https://www.example.org/login',
};

/** @typedef {import('../ghost/wires.js').Wire} Wire */
/** @typedef {import('../ghost/world.js').User} User */

export class Stage {
  /** What must stand in no log. @type {Set<string>} */
  secrets = new Set();

  /** @param {{ database: TemporaryDatabase, server: ServerProcess, door: Door, world: World, folder: string, logPath: string }} parts */
  constructor({ database, server, door, world, folder, logPath }) {
    this.database = database;
    this.server = server;
    this.door = door;
    this.world = world;
    this.folder = folder;
    this.logPath = logPath;
  }

  /** @param {import('../ghost/furnishing.js').Endings} endings Told of each part as soon as there is something to end. */
  static async start(endings) {
    const database = await TemporaryDatabase.start({ rows: ROWS });
    endings.add(() => database.stop());
    const folder = join(database.folder, 'scan');
    await mkdir(folder);
    const logPath = join(database.folder, 'log');
    const environment = { DATABASE_URL: database.url, ...SETTINGS };
    const server = await ServerProcess.start(SERVER, environment, '/health/ready', openSync(logPath, 'a'));
    endings.add(() => server.stop());
    const door = new Door(0, server.origin, PATIENCE_MS);
    endings.add(async () => door.close());
    const query = (/** @type {string} */ sql, /** @type {unknown[]} */ values = []) => database.query(sql, values);
    const serviceKey = (/** @type {readonly string[]} */ scopes) => makeServiceKey(query, scopes);
    const world = await World.make({ admin: ADMIN, query, serviceKey }, door, { users: USERS, brief: 0 });
    endings.add(await forgiving(database.url));
    return new Stage({ database, server, door, world, folder, logPath });
  }

  /**
   * One more, as it is in production: it tells of faults alone.
   *
   * @param {import('../ghost/furnishing.js').Endings} endings
   */
  async quietNode(endings) {
    const environment = { DATABASE_URL: this.database.url, LOG_LEVEL: 'warn' };
    const server = await ServerProcess.start(SERVER, environment, '/health/ready');
    endings.add(() => server.stop());
    return server;
  }

  get origin() {
    return this.server.origin;
  }

  get isAlive() {
    return this.server.child.exitCode === null && this.server.child.signalCode === null;
  }

  /** @param {number} index @returns {User} */
  user(index) {
    const user = this.world.users[index];
    if (!user) throw new Error(`There is no user ${index}.`);
    return user;
  }

  /**
   * What this user offers at a login.
   *
   * @param {User} user
   * @returns {import('../ghost/wires.js').Credentials}
   */
  credentialsOf(user) {
    return { name: user.name, id: user.id, password: passwordOf(user, 0), isVouched: false, presented: undefined };
  }

  /**
   * A session of this user over this wire.
   *
   * @param {Wire} wire
   * @param {User} user
   */
  async logIn(wire, user) {
    const answer = await this.door.ask(wire.logIn(user.tenant, this.credentialsOf(user)));
    const token = wire.tokenOf(answer);
    if (token === undefined) throw new Error(`No login over ${wire.contract}: ${answer.status} ${answer.body}`);
    this.noteSecretsIn(token);
    return token;
  }

  async adminToken() {
    const answer = await this.door.ask(
      post('/api/v1/auth/login', json({ login: ADMIN.identity, password: ADMIN.password })),
    );
    this.noteSecretsIn(answer.body);
    return text(answer, 'token') ?? '';
  }

  /** Of a token the ids in front are no secret. @param {string} words */
  noteSecretsIn(words) {
    for (const [, secret = ''] of words.matchAll(/cfs_[\w-]{44}([\w-]{20})/g)) this.secrets.add(secret);
  }
}
