/** Is everyone answered, or told in time that it is not known? Only who cannot be reached may keep a client waiting. */

import { boundOf } from './judge-healing.js';

/** @typedef {import('./history.js').Operation} Operation */
/** @typedef {import('./history.js').FaultLine} FaultLine */
/** @typedef {import('./judge-readings.js').Finding} Finding */

/** They strike the node itself, or the way to it; of the others a node knows, and says so. */
const OUT_OF_REACH = new Set([
  'node-kill',
  'node-pause',
  'node-stop',
  'node-clock',
  'packets-dropped',
  'packets-reset',
  'packet-loss',
  'thin-pipe',
]);
/** What was sent meanwhile may be on its way for so long. */
const WAVES_MS = 1_000;

export class SilenceJudge {
  requests = 0;
  /** @type {Operation[]} */
  unheard = [];

  /**
   * @param {FaultLine[]} faults
   * @param {number} crowding Where the machine had too much to do, a few may have waited for it.
   * @param {(finding: Finding) => void} find
   */
  constructor(faults, crowding, find) {
    this.faults = faults.filter(({ kind, skipped }) => skipped === undefined && OUT_OF_REACH.has(kind));
    this.mostShare = crowding > 1 ? boundOf(crowding) : 0;
    this.find = find;
  }

  /** @param {Operation} op */
  judge(op) {
    if (op.isRider) return;
    this.requests++;
    if (op.error === 'timeout' && !this.faults.some((fault) => strikes(fault, op))) this.unheard.push(op);
  }

  conclude() {
    if (this.unheard.length <= this.requests * this.mostShare) return;
    for (const op of this.unheard) {
      const says = `${op.kind} at ${op.surface} was not answered in ${Math.round(op.t1 - op.t0)} ms, by a node that could be reached`;
      this.find({ kind: 'silence', promise: 'V10', says, by: [op] });
    }
  }
}

/**
 * @param {FaultLine} fault
 * @param {Operation} op
 */
function strikes({ node, from, until }, { node: asked, t0, t1 }) {
  return (node === undefined || node === asked) && from <= t1 && until + WAVES_MS >= t0;
}
