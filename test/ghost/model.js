/**
 * What may be true of each token, and when. A token is a latch: it is born alive, and dies once. So it is enough to know, for
 * each, from when on it may be dead and from when on it must be.
 */
import { endingsOf } from './endings.js';
import { Rows } from './rows.js';
import { isMeant, WideEndings } from './wide-endings.js';

/** @typedef {import('./history.js').Operation} Operation */
/** @typedef {import('./endings.js').Ending} Ending */
/**
 * @typedef {object} Session
 * @property {string} id
 * @property {number} user
 * @property {string} contract
 * @property {Operation} start The login.
 * @property {number[]} tokens Oldest first.
 * @property {number | undefined} expiresAt
 * @property {number | undefined} idlesAt
 * @property {Ending[]} endings By its id, or by one of its tokens.
 */
/** An instant, and the operation that made it so. @typedef {{ at: number, by: Operation | undefined }} Moment */
/**
 * @typedef {object} Fate
 * @property {Session} session
 * @property {Operation} birth
 * @property {Moment} mayDie No earlier than this.
 * @property {Moment} deadBy No later than this.
 * @property {Moment} firstDead The end of the first answer that called it dead.
 * @property {number} heldUntil
 */

const NEVER = /** @type {Moment} */ ({ at: Infinity, by: undefined });
/** How far the clock of the database, which judges limits, may be from ours. */
const CLOCKS_MS = 1_000;
/** The same where both have the clock of one machine, of which they read it at different times. */
const READ_MS = 200;

export class Model {
  rows = new Rows();
  /** @type {Map<string, Session>} */
  sessions = new Map();
  /** @type {Map<number, { session: Session, birth: Operation }>} */
  tokens = new Map();
  /** By session: endings of one whose login had not been answered yet; a list had told of it. @type {Map<string, Ending[]>} */
  early = new Map();
  wide = new WideEndings();
  /** @type {Map<number, Moment>} */
  firstDead = new Map();
  /** By session: the end of the first answer that said that there is no such session. @type {Map<string, Moment>} */
  firstGone = new Map();
  /** Tokens that were handed out a second time. @type {Operation[]} */
  repeated = [];
  /** @type {Map<number, Fate>} */
  fates = new Map();

  /** @param {Operation} op */
  note(op) {
    this.noteBirth(op);
    for (const ending of endingsOf(op, (token) => this.tokens.get(token)?.session.id)) this.noteEnding(ending);
    if (op.reading === 'dead' && op.token !== null && op.token >= 0) earlier(this.firstDead, op.token, op);
    if (op.isTargetDead && op.target !== undefined) earlier(this.firstGone, op.target, op);
  }

  /** @param {Operation} op */
  noteBirth(op) {
    const { fresh, user } = op;
    if (!fresh || user === null) return;
    if (this.tokens.has(fresh.token)) {
      this.repeated.push(op);
      return;
    }
    // A swapped token belongs to the login of the one before it, whatever session it names itself.
    const swapped = op.kind === 'login' || op.token === null ? undefined : this.tokens.get(op.token)?.session;
    const early = this.early.get(fresh.session) ?? [];
    const session = swapped ?? this.sessions.get(fresh.session) ?? sessionOf(op, fresh, user, early);
    this.sessions.set(fresh.session, session);
    session.tokens.push(fresh.token);
    this.tokens.set(fresh.token, { session, birth: op });
  }

  /** @param {Ending} ending */
  noteEnding(ending) {
    const { op, reach } = ending;
    if (reach === 'user') {
      if (op.user !== null) this.wide.add(op.user, ending);
      return;
    }
    const id = ending.session ?? '';
    const session = reach === 'session' ? this.sessions.get(id) : this.tokens.get(ending.token ?? -1)?.session;
    if (session) session.endings.push(ending);
    else if (reach === 'session') this.early.set(id, [...(this.early.get(id) ?? []), ending]);
  }

  /** Once all is noted. */
  settle() {
    this.wide.settle();
    this.fates.clear();
    for (const [token, { session, birth }] of this.tokens) {
      const firstDead = soonest([this.firstDead.get(token) ?? NEVER, this.firstGone.get(session.id) ?? NEVER]);
      const heldUntil = this.heldUntil(token, session);
      const fate = { session, birth, firstDead, mayDie: this.mayDie(token), deadBy: NEVER, heldUntil };
      this.fates.set(token, { ...fate, deadBy: this.deadBy(token, session) });
    }
  }

  /**
   * The earliest moment at which the token may have died, other than by `besides`.
   *
   * @param {number} token
   * @param {Operation} [besides]
   * @returns {Moment}
   */
  mayDie(token, besides) {
    const known = this.tokens.get(token);
    if (!known) return NEVER;
    const { session } = known;
    const moments = session.endings
      .filter((ending) => ending.op !== besides && mayEnd(ending, token))
      .map(({ op }) => ({ at: op.t0, by: op }));
    const wide = this.wide.firstPossible(session, ({ op }) => op !== besides);
    if (wide) moments.push({ at: wide.op.t0, by: wide.op });
    return soonest([...moments, ...limitsOf(session, -CLOCKS_MS)]);
  }

  /**
   * Before this its row was there, and held this token: nobody may have called it dead.
   *
   * @param {number} token
   * @param {Session} session
   */
  heldUntil(token, session) {
    const row = { at: this.rows.endOf(session.id) - READ_MS, by: undefined };
    const left = this.wide.firstPossible(session, ({ staysARow }) => staysARow === true)?.op.t0 ?? Infinity;
    const moments = [row, { at: left, by: undefined }, ...swapsOf(session, token), ...limitsOf(session, -CLOCKS_MS)];
    return soonest(moments).at;
  }

  /**
   * When its session may have ended, whatever token it has.
   *
   * @param {Session} session
   */
  sessionMayEnd(session) {
    return soonest([this.firstDeed(session), ...limitsOf(session, -CLOCKS_MS)]);
  }

  /**
   * The first that anybody did to end it.
   *
   * @param {Session} session
   * @returns {Moment}
   */
  firstDeed(session) {
    const moments = session.endings
      .filter(({ reach, isLogout }) => reach === 'session' || isLogout)
      .map(({ op }) => ({ at: op.t0, by: op }));
    const wide = this.wide.firstPossible(session);
    return soonest(wide ? [...moments, { at: wide.op.t0, by: wide.op }] : moments);
  }

  /**
   * When the token is dead for certain.
   *
   * @param {number} token
   * @param {Session} session
   * @returns {Moment}
   */
  deadBy(token, session) {
    const moments = session.endings
      .filter((ending) => ending.isDone && (ending.reach === 'session' || ending.token === token))
      .map(({ op }) => ({ at: op.t1, by: op }));
    const wide = this.wide.firstSure(session, (ending) => this.isSure(ending, session));
    if (wide) moments.push({ at: wide.op.t1, by: wide.op });
    return soonest([...moments, ...limitsOf({ ...session, idlesAt: undefined }, CLOCKS_MS)]);
  }

  /**
   * The ending that certainly ended the session as such: it must have left an event. Not one by a token that may have been
   * swapped for another beforehand.
   *
   * @param {Session} session
   * @returns {Moment}
   */
  endedBy(session) {
    const moments = session.endings
      .filter(({ isDone, reach, isLogout, token, op }) => {
        if (!isDone || (reach === 'token' && !isLogout)) return false;
        return reach === 'session' || !session.endings.some((other) => isSwapBefore(other, token, op.t1));
      })
      .map(({ op }) => ({ at: op.t1, by: op }));
    const isNoted = (/** @type {Ending} */ ending) => !ending.staysARow && this.isSure(ending, session);
    const wide = this.wide.firstSure(session, isNoted);
    return soonest(wide ? [...moments, { at: wide.op.t1, by: wide.op }] : moments);
  }

  /** Whether its row may wait for the sweeper. @param {Session} session */
  mayStay(session) {
    return this.wide.firstPossible(session, ({ staysARow }) => staysARow === true) !== undefined;
  }

  /**
   * @param {Ending} ending
   * @param {Session} session
   */
  isSure(ending, session) {
    if (!ending.isDone || !isMeant(ending, session) || session.start.t0 >= ending.op.t1) return false;
    const { was, carrier } = ending;
    const isOfOldPassword = was !== undefined && (session.start.password ?? Infinity) <= was;
    if (session.start.t1 > ending.since && !isOfOldPassword) return false;
    // Whoever asked with a token that was dead by then was told "done", and nothing was ended.
    return carrier === undefined || this.mayDie(carrier, ending.op).at > ending.op.t1;
  }
}

/**
 * @param {Operation} start
 * @param {import('./history.js').Fresh} fresh
 * @param {number} user
 * @param {Ending[]} endings
 * @returns {Session}
 */
function sessionOf(start, { session: id, contract, expiresAt, idlesAt }, user, endings) {
  return { id, user, contract, start, tokens: [], expiresAt, idlesAt, endings };
}

/**
 * A logout by another token of the same session may have been looked at before this one was there, or instead of it.
 *
 * @param {Ending} ending
 * @param {number} token
 */
function mayEnd(ending, token) {
  return ending.reach === 'session' || ending.token === token || ending.isLogout;
}

/**
 * @param {Ending} ending
 * @param {number | undefined} token
 * @param {number} instant
 */
function isSwapBefore({ reach, isLogout, token: swapped, op }, token, instant) {
  return reach === 'token' && !isLogout && swapped === token && op.t0 < instant;
}

/**
 * When another token may have taken the place of this one.
 *
 * @param {Session} session
 * @param {number} token
 * @returns {Moment[]}
 */
export function swapsOf({ endings }, token) {
  return endings
    .filter((ending) => ending.reach === 'token' && !ending.isLogout && ending.token === token)
    .map(({ op }) => ({ at: op.t0, by: op }));
}

/**
 * @param {Pick<Session, 'expiresAt' | 'idlesAt'>} session
 * @param {number} shift
 * @returns {Moment[]}
 */
function limitsOf({ expiresAt, idlesAt }, shift) {
  return [expiresAt, idlesAt]
    .filter((limit) => limit !== undefined)
    .map((limit) => ({ at: limit + shift, by: undefined }));
}

/** @param {Moment[]} moments */
function soonest(moments) {
  return moments.reduce((first, moment) => (moment.at < first.at ? moment : first), NEVER);
}

/**
 * @template Key
 * @param {Map<Key, Moment>} moments
 * @param {Key} key
 * @param {Operation} op
 */
function earlier(moments, key, op) {
  const known = moments.get(key);
  if (!known || op.t1 < known.at) moments.set(key, { at: op.t1, by: op });
}
