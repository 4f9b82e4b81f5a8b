/** A server in the contest: its process, its tables, and sessions made for it by SQL. */
import { writeRequests } from '../requests.js';
import { ServerProcess } from '../server-process.js';
import { SESSIONS_EACH, USERS_WITH_SESSIONS } from '../peers/peer.js';
import { loadRequests } from '../wrk.js';

const LOGIN_USERS = 1_000;
/** Endings use up their users in a ring of so many, each discipline its own. */
const RING = 49_000;
const SAMPLE = 20;

/** @typedef {import('../peers/peer.js').Peer} Peer */
/** @typedef {import('../requests.js').Request} Request */
/** @typedef {import('../temporary-database.js').Database} Database */
/** @typedef {{ first: number, each: number, perSecond: number, connections: number }} Ending */
/** @typedef {{ next: number, tokens: string[] }} Stock */

export class Contestant {
  /** @type {Map<Ending, Stock>} */
  stocks = new Map();
  /** Some of the tokens that the last round of endings used, the first it sent. */
  /** @type {string[]} */
  ended = [];

  /**
   * @param {Peer} peer
   * @param {ServerProcess} server
   * @param {Database} database
   * @param {string} requestFile
   */
  constructor(peer, server, database, requestFile) {
    this.peer = peer;
    this.server = server;
    this.database = database;
    this.requestFile = requestFile;
  }

  /**
   * @param {Peer} peer
   * @param {Database} database
   * @param {string} requestFile
   */
  static async start(peer, database, requestFile) {
    const environment = { DATABASE_URL: database.url, ...peer.environment };
    const server = await ServerProcess.start(peer.script, environment, peer.alivePath);
    try {
      await peer.prepare?.(server.origin);
      return new Contestant(peer, server, database, requestFile);
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** Users, and the sessions that every table has. */
  async fill() {
    for (const statement of this.peer.fill) await this.database.query(statement);
    const { startSessions } = this.peer;
    if (this.peer.fill.length > 0) await this.database.query(startSessions, [1, USERS_WITH_SESSIONS, SESSIONS_EACH]);
    await this.database.query('vacuum analyze');
  }

  /**
   * Tokens of new sessions, of the users of these places, in their order.
   *
   * @param {number} first
   * @param {number} last
   * @param {number} [each]
   */
  async startSessions(first, last, each = 1) {
    const rows = await this.database.query(this.peer.startSessions, [first, last, each]);
    return rows.map(({ token }) => String(token));
  }

  /**
   * @param {string} token
   * @param {Request} [request]
   */
  requestOf(token, request = this.peer.check) {
    return { ...request, headers: { ...request.headers, ...this.peer.carry(token) } };
  }

  /** @param {import('../peers/peer.js').HashCost} cost */
  async givePasswords(cost) {
    if (!this.peer.givePasswords) throw new Error(`${this.peer.label} knows no passwords.`);
    const [text, values] = await this.peer.givePasswords(cost);
    await this.database.query(text, [LOGIN_USERS, ...values]);
  }

  loginRequests() {
    return Array.from({ length: LOGIN_USERS }, (_, place) => this.peer.login?.(`user${place + 1}`)).filter(
      (request) => request !== undefined,
    );
  }

  /**
   * One round of endings, each of a session that nobody ended before; stock is laid in before the clock starts.
   *
   * @param {Ending} ending
   * @param {Request} request
   * @param {number} seconds
   */
  async end(ending, request, seconds) {
    const stock = this.stocks.get(ending) ?? { next: 0, tokens: [] };
    this.stocks.set(ending, stock);
    await this.layIn(stock, ending, Math.min(RING, ending.perSecond * seconds));
    const requests = stock.tokens.map((token) => this.requestOf(token, request));
    await writeRequests(this.requestFile, this.server.origin, requests);
    const found = await loadRequests(this.server.origin, this.requestFile, {
      seconds,
      connections: ending.connections,
      isOnce: true,
    });
    // The very first only tells wrk how long requests are, and is never sent; the last may not have been answered.
    this.ended = stock.tokens.splice(0, found.used).slice(1, 1 + Math.min(SAMPLE, found.requests / 2));
    return found;
  }

  /**
   * @param {Stock} stock
   * @param {Ending} ending
   * @param {number} wanted
   */
  async layIn(stock, { first, each }, wanted) {
    while (stock.tokens.length < wanted) {
      const count = Math.min(wanted - stock.tokens.length, RING - stock.next);
      const from = first + stock.next;
      const tokens = await this.startSessions(from, from + count - 1, each);
      // One token a user ends them all.
      stock.tokens.push(...tokens.filter((_, place) => place % each === 0));
      stock.next = (stock.next + count) % RING;
    }
  }
}
