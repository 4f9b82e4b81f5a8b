/** What clients do, all at once: each user has two of them, and each client does one thing after the other. */
import { setTimeout as pause } from 'node:timers/promises';
import { CONTRACTS, HotRace } from './hot-race.js';
import { SURFACES } from './observer.js';

/** @typedef {import('./door.js').Door} Door */
/** @typedef {import('./recorder.js').Held} Held */
/** @typedef {import('./world.js').User} User */
/** @typedef {import('./history.js').Outcome} Outcome */
/**
 * @typedef {object} Stage What all clients share.
 * @property {Door[]} doors
 * @property {import('./world.js').World} world
 * @property {import('./observer.js').Observer} observer
 * @property {import('./logins.js').Logins} logins
 * @property {import('./deeds.js').Deeds} deeds
 * @property {import('./graveyard.js').Graveyard} graveyard
 * @property {import('./random.js').Random} random
 * @property {Client[]} clients
 */

/** How often each thing is done, in shares of all. Races and looks after an ending come on top. */
const MIXTURE = {
  check: 0.6,
  introspection: 0.12,
  'forward-auth': 0.1,
  login: 0.08,
  logout: 0.06,
  'log-out-everywhere': 0.008,
  'change-password': 0.006,
  rotate: 0.01,
  'list-and-end': 0.01,
  'end-session': 0.003,
  'end-user': 0.003,
  'end-by-filter': 0.002,
  'log-out-others': 0.002,
  // Of the application whose sessions are brief; these are few.
  'end-application': 0.001,
};
const CHECKS = { hot: 0.5, dead: 0.1, stranger: 0.05 };
/** A client with so many live sessions logs out before it logs in. */
const MOST_SESSIONS = 4;
/** A third of the logouts. */
const RACED = 1 / 3;
/** After an ending was answered, each node is asked so many times. */
const LOOKS_A_NODE = 3;
const REST_MS = 12;
/** Whoever finds no node waits a moment. */
const AWAY_MS = 30;

export class Client {
  /** @type {Held[]} */
  sessions = [];

  /**
   * @param {Stage} stage
   * @param {User} user
   * @param {Client | undefined} sibling The other client of the same user.
   * @param {import('./random.js').Random} random
   */
  constructor(stage, user, sibling, random) {
    this.stage = stage;
    this.user = user;
    this.sibling = sibling;
    this.random = random;
    if (sibling) sibling.sibling = this;
    this.race = new HotRace(stage, random);
  }

  /** Until it is told to stop. @param {AbortSignal} over */
  async live(over) {
    while (!over.aborted) {
      const isServed = await this.act(this.next());
      await pause(isServed === false ? AWAY_MS : this.random.between(0, REST_MS));
    }
  }

  /** @returns {keyof typeof MIXTURE} */
  next() {
    const kinds = /** @type {(keyof typeof MIXTURE)[]} */ (Object.keys(MIXTURE));
    let left = this.random.next() * kinds.reduce((sum, kind) => sum + MIXTURE[kind], 0);
    return kinds.find((kind) => (left -= MIXTURE[kind]) < 0) ?? 'check';
  }

  get door() {
    return this.random.pick(this.stage.doors);
  }

  /** @param {keyof typeof MIXTURE} kind @returns {Promise<unknown>} */
  act(kind) {
    const held = this.sessions.length > 0 ? this.random.pick(this.sessions) : undefined;
    return held ? ACTS[kind](this, held) : this.logIn();
  }

  async logIn() {
    if (this.sessions.length >= MOST_SESSIONS) return this.logOut(/** @type {Held} */ (this.sessions[0]));
    const contract = this.user.isBrief ? 'native' : this.random.pick(CONTRACTS);
    const mine = this.sessions.filter((each) => each.contract === contract);
    const presented = mine.length > 0 && this.random.next() < 0.3 ? mine[0] : undefined;
    const held = await this.stage.logins.logIn(this.door, this.user, contract, presented);
    if (presented) this.drop(presented);
    if (held) this.sessions.push(held);
    return held !== undefined;
  }

  /** @param {Held} held */
  async check(held) {
    const { observer, graveyard } = this.stage;
    const chance = this.random.next();
    if (chance < CHECKS.stranger)
      return observer.lookAtStranger(this.door, this.random.next() < 0.5 ? held : undefined);
    const dead = chance < CHECKS.stranger + CHECKS.dead ? graveyard.pick(this.random) : undefined;
    const hot = dead ?? (this.random.next() < CHECKS.hot ? graveyard.hot(this.random) : undefined);
    return this.look(hot ?? held, this.random.next() < 0.5 ? 'wire' : 'native');
  }

  /**
   * @param {Held} held
   * @param {import('./observer.js').Surface} surface
   */
  async look(held, surface) {
    const reading = await this.stage.observer.look(this.door, held, surface);
    if (reading === 'dead') this.drop(held);
    return reading !== 'none';
  }

  /** @param {Held} held */
  async logOut(held) {
    // Looked at as soon as it is answered, while answers of before may still be on their way.
    const end = async () => this.mourn([held], await this.stage.deeds.logOut(this.door, held));
    this.forget(held);
    return this.random.next() < RACED ? this.race.run(held, end) : end();
  }

  /** Now and then twice at once, and somebody else ends it meanwhile. @param {Held} held */
  async rotate(held) {
    this.forget(held);
    const { logins, deeds } = this.stage;
    const rivals = [];
    if (this.random.next() < 0.3) rivals.push(logins.rotate(this.door, held));
    if (this.random.next() < 0.1) rivals.push(deeds.logOut(this.door, held).then(() => undefined));
    const fresh = await Promise.all([logins.rotate(this.door, held), ...rivals]);
    this.keep(fresh);
    return this.mourn([held], fresh.some((each) => each !== undefined) ? 'done' : 'refused');
  }

  /** @param {Held} held */
  async changePassword(held) {
    if (this.user.isChanging) return this.logIn();
    this.forget(held);
    const others = this.allOfUser().filter((each) => each !== held);
    const [fresh] = await Promise.all([this.stage.logins.changePassword(this.door, held), this.stir()]);
    this.keep([fresh]);
    return this.mourn(fresh ? [held, ...others] : [held], fresh ? 'done' : 'refused');
  }

  /** @param {Held} held */
  async logOutEverywhere(held) {
    const all = this.allOfUser();
    const [outcome] = await Promise.all([this.stage.deeds.logOutWidely(this.door, held, 'all'), this.stir()]);
    return this.mourn(all, outcome);
  }

  /** @param {Held} held */
  async logOutOthers(held) {
    const others = this.allOfUser().filter((each) => each !== held);
    const [outcome] = await Promise.all([this.stage.deeds.logOutWidely(this.door, held, 'others'), this.stir()]);
    return this.mourn(others, outcome);
  }

  /** @param {'end-user' | 'end-by-filter'} kind */
  async endAsAdministrator(kind) {
    const all = this.allOfUser();
    const { deeds } = this.stage;
    const end = kind === 'end-user' ? deeds.endUser(this.door, this.user) : deeds.endByFilter(this.door, this.user);
    const [outcome] = await Promise.all([end, this.stir()]);
    return this.mourn(all, outcome);
  }

  /** Everyone of an application at once: their rows stay for the sweeper. */
  async endApplication() {
    const theirs = this.stage.clients.filter(({ user }) => user.isBrief);
    const dead = theirs.flatMap(({ sessions }) => sessions);
    return this.mourn(
      dead,
      await this.stage.deeds.endApplication(
        this.door,
        theirs.map(({ user }) => user),
      ),
    );
  }

  /** @param {Held} held */
  async endOther(held) {
    const ended = await this.stage.deeds.listAndEndOther(this.door, held);
    return this.mourn(
      this.allOfUser().filter(({ session }) => session === ended),
      ended === undefined ? 'refused' : 'done',
    );
  }

  /** @param {Held} held */
  async endSession(held) {
    this.forget(held);
    return this.mourn([held], await this.stage.deeds.endSession(this.door, held));
  }

  /** While all of the user's sessions are being ended, the other client swaps its token, or logs in. */
  async stir() {
    const { sibling } = this;
    if (!sibling || this.random.next() < 0.4) return;
    await pause(this.random.between(0, 8));
    const held = sibling.sessions[0];
    if (!held || this.random.next() < 0.35) {
      await sibling.logIn();
      return;
    }
    sibling.forget(held);
    sibling.keep([await this.stage.logins.rotate(this.door, held)]);
  }

  /** After an answer each node is asked at once, on every surface. @param {Held[]} dead @param {Outcome} outcome */
  async mourn(dead, outcome) {
    for (const held of dead) this.drop(held);
    const [first] = dead;
    if (outcome !== 'done' || !first) return outcome !== 'unknown';
    const { doors, observer } = this.stage;
    const turns = doors.flatMap((door) => Array.from({ length: LOOKS_A_NODE }, () => door));
    const looks = turns.map((door, turn) =>
      observer.look(
        door,
        dead[turn % dead.length] ?? first,
        /** @type {typeof SURFACES[number]} */ (SURFACES[turn % SURFACES.length]),
      ),
    );
    await Promise.all([...looks, observer.lookAtMany(this.door, dead)]);
    return true;
  }

  /** @returns {Held[]} */
  allOfUser() {
    return [...this.sessions, ...(this.sibling?.sessions ?? [])];
  }

  /** @param {(Held | undefined)[]} fresh */
  keep(fresh) {
    this.sessions.push(...fresh.filter((each) => each !== undefined));
  }

  /** Used no longer; whether it is dead is another question. @param {Held} held */
  forget(held) {
    this.sessions = this.sessions.filter((each) => each !== held);
  }

  /** @param {Held} held */
  drop(held) {
    this.forget(held);
    this.sibling?.forget(held);
    this.stage.graveyard.bury(held);
  }
}

/** @type {Record<keyof typeof MIXTURE, (client: Client, held: Held) => Promise<unknown>>} */
const ACTS = {
  check: (client, held) => client.check(held),
  introspection: (client, held) => client.look(held, 'introspection'),
  'forward-auth': (client, held) => client.look(held, 'forward-auth'),
  login: (client) => client.logIn(),
  logout: (client, held) => client.logOut(held),
  rotate: (client, held) => client.rotate(held),
  'change-password': (client, held) => client.changePassword(held),
  'log-out-everywhere': (client, held) => client.logOutEverywhere(held),
  'log-out-others': (client, held) => client.logOutOthers(held),
  'list-and-end': (client, held) => client.endOther(held),
  'end-session': (client, held) => client.endSession(held),
  'end-user': (client) => client.endAsAdministrator('end-user'),
  'end-by-filter': (client) => client.endAsAdministrator('end-by-filter'),
  'end-application': (client) => client.endApplication(),
};
