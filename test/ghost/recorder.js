/** Every request of the run, and what its answer says, as lines of the history. */
import { now } from './clock.js';
import { text } from './wires.js';

/** @typedef {import('./door.js').Exchange} Exchange */
/** @typedef {import('./door.js').Door} Door */
/** @typedef {import('./history.js').Operation} Operation */
/** @typedef {import('./history.js').Fresh} Fresh */
/** @typedef {import('./world.js').User} User */
/** A token that an answer brought. @typedef {{ index: number, text: string, user: User, contract: string, session: string }} Held */
/** What is known of a request besides its answer. @typedef {Pick<Operation, 'kind' | 'surface' | 'user' | 'token'> & Partial<Operation>} Known */

/** What the store's failure is called where a contract has no 503 for it. */
const STORE_AWAY = 'The session store does not answer';
const TOLD = 160;

export class Recorder {
  /** @type {Held[]} */
  tokens = [];
  /** @type {Map<string, number>} */
  indexes = new Map();
  /** Requests so far, and those without an answer that helps. */
  counts = { requests: 0, unserved: 0 };

  /** @param {import('./history.js').HistoryWriter} writer */
  constructor(writer) {
    this.writer = writer;
    /** What the clock of the wall says is this much ahead of ours. */
    this.wallMs = Date.now() - now();
  }

  /**
   * @param {Door} door
   * @param {Exchange} exchange
   * @param {readonly number[]} expected Statuses; 503 always is.
   * @param {Known} known
   */
  record(door, exchange, expected, known) {
    const { t0, t1, status, error, isReused } = exchange;
    const fault = known.fault ?? faultOf(exchange, expected);
    if (!known.isRider) this.counts.requests++;
    if (!known.isRider && (status === null || status >= 500)) this.counts.unserved++;
    this.write({
      of: 'operation',
      node: door.place,
      t0,
      t1,
      status,
      reading: 'none',
      ...known,
      ...(error !== undefined && { error, isReused: isReused ?? false }),
      ...(fault !== undefined && { fault }),
    });
  }

  /** @param {import('./history.js').Line} line */
  write(line) {
    this.writer.write(line);
  }

  /**
   * A token that came; one that came before keeps its index, for the checker to see.
   *
   * @param {string} token
   * @param {User} user
   * @param {string} contract
   * @returns {Held}
   */
  hold(token, user, contract) {
    const index = this.indexes.get(token) ?? this.tokens.length;
    const held = { index, text: token, user, contract, session: sessionIn(token) };
    if (index === this.tokens.length) this.tokens.push(held);
    this.indexes.set(token, index);
    return held;
  }

  /**
   * As the history has it. A session may be idle from `idleMs` on; it expires at an instant of the wall's clock, where one is given.
   *
   * @param {Held} held
   * @param {{ bornAt: number, idleMs: number, expiresAt?: string | undefined }} limits
   * @returns {Fresh}
   */
  freshOf({ index: token, session, contract }, { bornAt, idleMs, expiresAt }) {
    const idlesAt = bornAt + idleMs;
    if (expiresAt === undefined) return { token, session, contract, idlesAt };
    return { token, session, contract, idlesAt, expiresAt: Date.parse(expiresAt) - this.wallMs };
  }
}

/** The id of the session that a token names: 16 bytes behind 16 of its user's. @param {string} token */
export function sessionIn(token) {
  const hex = Buffer.from(token.slice(4), 'base64url').toString('hex', 16, 32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/**
 * What came of a deed.
 *
 * @param {Exchange} exchange
 * @returns {import('./history.js').Outcome}
 */
export function outcomeOf({ status }) {
  if (status === null || status >= 500) return 'unknown';
  return status < 400 ? 'done' : 'refused';
}

/**
 * What is wrong with an answer as such: the only ones that a fault may bring about are 503, and none.
 *
 * @param {Exchange} exchange
 * @param {readonly number[]} expected
 */
function faultOf(exchange, expected) {
  const { status, headers, body } = exchange;
  if (status === null || expected.includes(status)) return undefined;
  const isStoreAway = status === 503 || (status === 500 && text(exchange, 'message')?.startsWith(STORE_AWAY));
  if (!isStoreAway) return `${status} ${body.slice(0, TOLD)}`;
  if (status === 503 && headers['retry-after'] === undefined) return '503 without Retry-After';
  return headers['set-cookie'] ? `${status} with a cookie` : undefined;
}
