/** Everybody who takes part, each in a process and a database of their own on one PostgreSQL; started, proved, stopped. */
import { join } from 'node:path';
import { betterAuth } from '../peers/better-auth.js';
import { curfew, CURFEW_FILL, plainGathered, plainSelect } from '../peers/curfew.js';
import { expressSession, expressSessionUntouched } from '../peers/express-session.js';
import { parseServer } from '../peers/parse-server.js';
import { ServerProcess } from '../server-process.js';
import { TemporaryDatabase } from '../temporary-database.js';
import { Contestant } from './contestant.js';
import { prove } from './proof.js';

const BARE_NEST = join(import.meta.dirname, '../bare-nest.js');
const HAND_WRITTEN = [plainSelect, plainGathered];
const PEERS = [expressSession, expressSessionUntouched, betterAuth, parseServer];

/** @typedef {import('../peers/peer.js').Peer} Peer */
/** @typedef {import('../temporary-database.js').Database} Database */

export class Contest {
  /** @type {Contestant[]} */
  contestants = [];
  /** @type {ServerProcess | undefined} */
  bareNest;
  /** @type {Promise<void> | undefined} */
  stopping;

  /** @param {TemporaryDatabase} database */
  constructor(database) {
    this.database = database;
  }

  /** Call `stop` in any case, also when `prepare` fails. */
  static async open() {
    console.log('Starting PostgreSQL with 100,000 sessions …');
    return new Contest(await TemporaryDatabase.start());
  }

  /** @param {{ withPeers: boolean }} options */
  async prepare({ withPeers }) {
    for (const statement of CURFEW_FILL) await this.database.query(statement);
    /** @type {[Peer, Database][]} */
    const entries = [[curfew, this.database]];
    // Nobody may be connected to what is copied: the copies are made before the first server starts.
    for (const peer of HAND_WRITTEN) entries.push([peer, await this.database.beside(nameOf(peer), { isCopy: true })]);
    for (const peer of withPeers ? PEERS : []) entries.push([peer, await this.database.beside(nameOf(peer))]);
    for (const [peer, database] of entries) {
      console.log(`Starting, filling and proving ${peer.label} …`);
      const contestant = await Contestant.start(peer, database, this.fileFor(peer.label));
      this.contestants.push(contestant);
      await contestant.fill();
      await prove(contestant);
    }
    this.bareNest = await ServerProcess.start(BARE_NEST, {}, '/health/live');
  }

  /** @param {string} label */
  fileFor(label) {
    return join(this.database.folder, `requests-${slugOf(label)}`);
  }

  get curfew() {
    const contestant = this.contestants.find(({ peer }) => peer === curfew);
    if (!contestant) throw new Error('The contest was not prepared.');
    return contestant;
  }

  stop() {
    return (this.stopping ??= this.end());
  }

  async end() {
    await Promise.all(this.contestants.map(({ server }) => server.stop()));
    await this.bareNest?.stop();
    await this.database.stop();
  }
}

/** @param {Peer} peer */
function nameOf({ label }) {
  return slugOf(label).toLowerCase();
}

/** @param {string} label */
function slugOf(label) {
  return label.replaceAll(/\W+/g, '-');
}
