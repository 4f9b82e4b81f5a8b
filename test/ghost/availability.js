/** How well the service served: under each fault, on the node that it struck and on the others, and while nothing was wrong. */
import { isServed } from './judge-healing.js';
import { Latencies } from './latencies.js';

/** @typedef {import('./history.js').Operation} Operation */
/** @typedef {import('./history.js').FaultLine} FaultLine */
/** @typedef {{ served: number, unserved: number }} Share */

/** What a fault stirred up settles within this. */
const WAVES_MS = 300;

export class Availability {
  /** Of checks alone: other requests hash passwords or wait for locks. */
  quiet = new Latencies();
  stirred = new Latencies();
  /** @type {Share} */
  whileQuiet = { served: 0, unserved: 0 };
  /** By kind. @type {Map<string, { times: number, struck: Share, others: Share }>} */
  kinds = new Map();
  /** Why requests had no answer, by code. @type {Record<string, number>} */
  errors = {};

  /** @param {FaultLine[]} faults */
  constructor(faults) {
    this.faults = faults.filter(({ skipped }) => skipped === undefined).toSorted((one, other) => one.from - other.from);
    for (const { kind } of this.faults) {
      const known = this.kinds.get(kind);
      if (known) known.times++;
      else this.kinds.set(kind, { times: 1, struck: { served: 0, unserved: 0 }, others: { served: 0, unserved: 0 } });
    }
  }

  /** @param {Operation} op */
  note(op) {
    if (op.isRider) return;
    if (op.error !== undefined) this.errors[op.error] = (this.errors[op.error] ?? 0) + 1;
    const fault = this.faultDuring(op);
    if (op.kind === 'check' && isServed(op)) (fault ? this.stirred : this.quiet).add(op.t1 - op.t0);
    count(this.shareOf(fault, op), op);
  }

  /**
   * @param {FaultLine | undefined} fault
   * @param {Operation} op
   */
  shareOf(fault, op) {
    const kind = fault && this.kinds.get(fault.kind);
    if (!kind) return this.whileQuiet;
    return fault.node === undefined || fault.node === op.node ? kind.struck : kind.others;
  }

  /** The last fault that had begun when it ended, if its waves had not settled when it began. @param {Operation} op */
  faultDuring({ t0, t1 }) {
    const fault = this.faults[lastBegun(this.faults, t1)];
    return fault && fault.until + WAVES_MS >= t0 ? fault : undefined;
  }
}

/**
 * The place of the last fault that had begun by then; -1 before the first.
 *
 * @param {FaultLine[]} faults The earliest first.
 * @param {number} instant
 */
export function lastBegun(faults, instant) {
  let [low, high] = [0, faults.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((faults[middle]?.from ?? Infinity) <= instant) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * @param {Share} share
 * @param {Operation} op
 */
export function count(share, op) {
  share[isServed(op) ? 'served' : 'unserved']++;
}
