/** Where faults rest: how soon all is served again once one is over, and whether the other nodes took no notice. */
import { count, lastBegun } from './availability.js';
import { boundOf, isServed } from './judge-healing.js';

/** @typedef {import('./history.js').Operation} Operation */
/** @typedef {import('./history.js').FaultLine} FaultLine */
/** @typedef {import('./judge-readings.js').Finding} Finding */
/** @typedef {import('./availability.js').Share} Share */
/** @typedef {{ lastMs: number | undefined, later: Share, others: Share }} Aftermath */

/** From so long after it on nothing is left of it, on a machine that has nothing else to do. */
const LATER_MS = 5_000;
/** What is over sooner, by kind. */
const SOONER_MS = new Map([['backends-terminated', 1_000]]);

export class Recovery {
  /**
   * By kind: how long after it the last request began that was not served; how those were served that began when nothing may be
   * left of it; and how the nodes that it did not strike served meanwhile.
   *
   * @type {Map<string, Aftermath>}
   */
  kinds = new Map();

  /**
   * @param {FaultLine[]} faults Those that struck, the earliest first.
   * @param {number} crowding How many times too much the machine had to do: it may take so much longer.
   */
  constructor(faults, crowding) {
    this.faults = faults;
    this.crowding = crowding;
  }

  /** @param {Operation} op */
  note(op) {
    if (op.isRider) return;
    const place = lastBegun(this.faults, op.t1);
    const fault = this.faults[place];
    if (!fault) return;
    const known = this.aftermathOf(fault.kind);
    const before = this.faults[place - 1];
    if (op.t0 >= fault.until) this.noteAfter(known, fault, op);
    else if (fault.node !== undefined && fault.node !== op.node && this.isAlone(fault, before, op))
      count(known.others, op);
  }

  /**
   * @param {Aftermath} known
   * @param {FaultLine} fault
   * @param {Operation} op
   */
  noteAfter(known, { kind, until }, op) {
    const afterMs = op.t0 - until;
    if (!isServed(op)) known.lastMs = Math.max(known.lastMs ?? 0, afterMs);
    if (afterMs >= this.laterMs(kind)) count(known.later, op);
  }

  /** @param {(finding: Finding) => void} find */
  conclude(find) {
    const bound = boundOf(this.crowding);
    const exceeds = (/** @type {Share} */ { served, unserved }) => unserved > (served + unserved) * bound;
    for (const [kind, { later, others }] of this.kinds) {
      const after = `${Math.round(this.laterMs(kind))} ms after ${kind}`;
      if (exceeds(later))
        find({ kind: 'late-recovery', promise: 'V10', says: `not served ${after}: ${told(later)}`, by: [] });
      if (exceeds(others))
        find({
          kind: 'others-struck',
          promise: 'V10',
          says: `not served elsewhere during ${kind}: ${told(others)}`,
          by: [],
        });
    }
  }

  /** @param {string} kind */
  aftermathOf(kind) {
    const known = this.kinds.get(kind) ?? { lastMs: undefined, later: nothing(), others: nothing() };
    this.kinds.set(kind, known);
    return known;
  }

  /** @param {string} kind */
  laterMs(kind) {
    return (SOONER_MS.get(kind) ?? LATER_MS) * this.crowding;
  }

  /**
   * It was asked during this fault, when nothing was left of the one before.
   *
   * @param {FaultLine} fault
   * @param {FaultLine | undefined} before
   * @param {Operation} op
   */
  isAlone({ from }, before, { t0 }) {
    return t0 >= from && (before === undefined || t0 >= before.until + this.laterMs(before.kind));
  }
}

/** @returns {Share} */
function nothing() {
  return { served: 0, unserved: 0 };
}

/** @param {Share} share */
function told({ served, unserved }) {
  return `${unserved} of ${served + unserved} requests`;
}
