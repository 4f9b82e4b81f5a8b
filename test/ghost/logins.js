/** Starts sessions, and swaps one token for another. */
import { outcomeOf } from './recorder.js';
import { bearer, field, json, post, text, wireOf } from './wires.js';
import { passwordOf } from './world.js';

/** @typedef {import('./door.js').Door} Door */
/** @typedef {import('./door.js').Exchange} Exchange */
/** @typedef {import('./recorder.js').Held} Held */
/** @typedef {import('./world.js').User} User */

/** A share of the logins where server code vouches for its users. */
const VOUCHED = 0.6;

export class Logins {
  /**
   * @param {import('./recorder.js').Recorder} recorder
   * @param {import('./random.js').Random} random
   */
  constructor(recorder, random) {
    this.recorder = recorder;
    this.random = random;
  }

  /**
   * Answers the new token, if there is one. `presented` comes along, where the contract ends such a session.
   *
   * @param {Door} door
   * @param {User} user
   * @param {string} contract
   * @param {Held} [presented]
   * @returns {Promise<Held | undefined>}
   */
  async logIn(door, user, contract, presented) {
    const wire = wireOf(contract);
    const isVouched = contract === 'backendless' && this.random.next() < VOUCHED;
    const number = user.passwords[0] ?? 0;
    const brought = wire.takesPresented ? presented : undefined;
    const offered = { name: user.name, id: user.id, password: passwordOf(user, number), isVouched };
    const { headers, ...asked } = wire.logIn(user.tenant, { ...offered, presented: brought?.text });
    // An address of its own for each: attempts whose answers were lost do not use up the budget of one.
    const [third, fourth] = [0, 1].map((least) => Math.floor(this.random.between(least, 250)));
    const address = `10.${user.index}.${third}.${fourth}`;
    const exchange = await door.ask({ ...asked, headers: { ...headers, 'x-forwarded-for': address } });
    const token = exchange.status === 200 ? wire.tokenOf(exchange) : undefined;
    const held = token === undefined ? undefined : this.recorder.hold(token, user, contract);
    const outcome = exchange.status === 200 && !held ? 'refused' : outcomeOf(exchange);
    if (outcome === 'refused' && !isVouched) this.doubt(user, number);
    this.recorder.record(door, exchange, [200, 401, 403], {
      kind: 'login',
      surface: contract,
      contract,
      user: user.index,
      token: brought?.index ?? null,
      outcome,
      ...(!isVouched && { password: number }),
      ...(held && { fresh: this.freshOf(held, exchange, wire.idleMs) }),
    });
    return held;
  }

  /** The next one may be right. @param {User} user @param {number} number */
  doubt(user, number) {
    if (user.passwords.length > 1 && user.passwords[0] === number) user.passwords.push(user.passwords.shift() ?? 0);
  }

  /** @param {Door} door @param {Held} held @returns {Promise<Held | undefined>} */
  async rotate(door, held) {
    const exchange = await door.ask(post('/api/v1/auth/rotate', json({}), bearer(held.text)));
    const fresh = this.swapped(exchange, held);
    this.recorder.record(door, exchange, [200, 401], { kind: 'rotate', ...this.known(exchange, held, fresh) });
    return fresh;
  }

  /**
   * One change of a user's password at a time; others of the user's deeds go on meanwhile.
   *
   * @param {Door} door
   * @param {Held} held
   * @returns {Promise<Held | undefined>}
   */
  async changePassword(door, held) {
    const { user } = held;
    const was = user.passwords[0] ?? 0;
    const next = user.next++;
    user.isChanging = true;
    const body = json({ currentPassword: passwordOf(user, was), newPassword: passwordOf(user, next) });
    const exchange = await door.ask(post('/api/v1/auth/password', body, bearer(held.text)));
    user.isChanging = false;
    const fresh = this.swapped(exchange, held);
    const outcome = outcomeOf(exchange);
    if (outcome === 'done') user.passwords = [next];
    if (outcome === 'unknown') user.passwords = [...user.passwords, next];
    if (exchange.status === 403) this.doubt(user, was);
    this.recorder.record(door, exchange, [200, 401, 403], {
      kind: 'change-password',
      ...this.known(exchange, held, fresh),
      // 403 is about the password.
      reading: exchange.status === 403 ? 'none' : this.readingOf(exchange),
      was,
      password: next,
    });
    return fresh;
  }

  /**
   * @param {Exchange} exchange
   * @param {Held} held
   */
  swapped(exchange, { user, contract }) {
    const token = exchange.status === 200 ? text(exchange, 'token') : undefined;
    return token === undefined ? undefined : this.recorder.hold(token, user, contract);
  }

  /**
   * @param {Exchange} exchange
   * @param {Held} held
   * @param {Held | undefined} fresh
   */
  known(exchange, held, fresh) {
    return {
      surface: 'native',
      user: held.user.index,
      token: held.index,
      outcome: outcomeOf(exchange),
      reading: this.readingOf(exchange),
      ...(fresh && { fresh: this.freshOf(fresh, exchange, wireOf(held.contract).idleMs) }),
    };
  }

  /** @param {Exchange} exchange @returns {import('./history.js').Reading} */
  readingOf({ status }) {
    if (status === 401) return 'dead';
    return status === 200 ? 'live' : 'none';
  }

  /**
   * @param {Held} held
   * @param {Exchange} exchange
   * @param {number} idleMs
   */
  freshOf(held, exchange, idleMs) {
    const expiresAt = held.user.isBrief ? field(exchange, 'session', 'expiresAt') : undefined;
    const limits = { bornAt: exchange.t0, idleMs, ...(typeof expiresAt === 'string' && { expiresAt }) };
    return this.recorder.freshOf(held, limits);
  }
}
