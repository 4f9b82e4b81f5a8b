/** Endings of whatever sessions a user has: they are asked by time. */

/** @typedef {import('./endings.js').Ending} Ending */
/** @typedef {import('./model.js').Session} Session */

export class WideEndings {
  /** By user, each in the order of `t0`. @type {Map<number, { endings: Ending[], longest: number }>} */
  byUser = new Map();

  /**
   * @param {number} user
   * @param {Ending} ending
   */
  add(user, ending) {
    const wide = this.byUser.get(user) ?? { endings: [], longest: 0 };
    wide.endings.push(ending);
    wide.longest = Math.max(wide.longest, ending.limit - ending.op.t0);
    this.byUser.set(user, wide);
  }

  /** Once all are there. */
  settle() {
    for (const { endings } of this.byUser.values()) endings.sort((one, other) => one.op.t0 - other.op.t0);
  }

  /**
   * The first of those that count that may have ended the session.
   *
   * @param {Session} session
   * @param {(ending: Ending) => boolean} [counts]
   */
  firstPossible(session, counts = () => true) {
    const { endings, from } = this.near(session);
    for (let place = from; place < endings.length; place++) {
      const ending = /** @type {Ending} */ (endings[place]);
      if (counts(ending) && isMeant(ending, session) && session.start.t0 < ending.limit) return ending;
    }
    return undefined;
  }

  /**
   * The one that was answered first, of those that ended the session for certain.
   *
   * @param {Session} session
   * @param {(ending: Ending) => boolean} isSure
   */
  firstSure(session, isSure) {
    const { endings, from } = this.near(session);
    /** @type {Ending | undefined} */
    let found;
    for (let place = from; place < endings.length; place++) {
      const ending = /** @type {Ending} */ (endings[place]);
      if (found && ending.op.t0 > found.op.t1) break;
      if (isSure(ending) && (!found || ending.op.t1 < found.op.t1)) found = ending;
    }
    return found;
  }

  /** Its user's, and the place of the first one that may have reached it. @param {Session} session */
  near({ user, start }) {
    const { endings = [], longest = 0 } = this.byUser.get(user) ?? {};
    return { endings, from: firstFrom(endings, start.t0 - longest) };
  }
}

/**
 * @param {Ending} ending
 * @param {Session} session
 */
export function isMeant({ except, contract }, { id, contract: own }) {
  return except !== id && (contract === undefined || contract === own);
}

/**
 * The place of the first ending that began at this instant or later.
 *
 * @param {Ending[]} endings
 * @param {number} instant
 */
function firstFrom(endings, instant) {
  let [low, high] = [0, endings.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (/** @type {Ending} */ (endings[middle]).op.t0 < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}
