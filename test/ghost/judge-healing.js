/** Once all is mended: do all nodes and surfaces agree on every token, and does the service serve? */

/** @typedef {import('./history.js').Operation} Operation */
/** @typedef {import('./judge-readings.js').Finding} Finding */

/** So soon after the last fault was mended it must serve, on a machine that has nothing else to do. */
export const MENDED_MS = 5_000;
const LOOKED_AT_MS = 5_000;
/** This share may go unserved. On a crowded machine answers are late in places, whoever gives them. */
const UNSERVED = 0.001;
const MOST_UNSERVED = 0.02;
/** Where nodes are compared, each says nearly as much as any other one. */
const SAID = 0.98;
/** How far the clock of the database may be from ours. */
const CLOCKS_MS = 1_000;

export class HealingJudge {
  counts = { tokensCompared: 0, readingsCompared: 0, served: 0, unserved: 0 };
  /** How many of `readingsCompared` each node gave. @type {Map<number, number>} */
  nodes = new Map();
  /** @type {Map<number, Operation[]>} One of each sort of reading. */
  verdicts = new Map();

  /**
   * @param {import('./model.js').Model} model
   * @param {{ healed: number, verify: number, crowding: number }} phases Infinity for one that was not reached.
   * @param {(finding: Finding) => void} find
   */
  constructor(model, phases, find) {
    this.model = model;
    this.phases = phases;
    this.find = find;
  }

  get patienceMs() {
    return MENDED_MS * this.phases.crowding;
  }

  /** @param {Operation} op */
  judge(op) {
    const { healed, verify } = this.phases;
    if (!this.nodes.has(op.node)) this.nodes.set(op.node, 0);
    const late = op.t0 - healed - this.patienceMs;
    if (late >= 0 && late < LOOKED_AT_MS && !op.isRider) {
      this.counts[isServed(op) ? 'served' : 'unserved']++;
    }
    if (op.t0 < verify || op.token === null || op.token < 0 || op.reading === 'none') return;
    this.counts.readingsCompared++;
    this.nodes.set(op.node, (this.nodes.get(op.node) ?? 0) + 1);
    const known = this.verdicts.get(op.token) ?? [];
    if (known.every(({ reading }) => reading !== op.reading)) known.push(op);
    this.verdicts.set(op.token, known);
  }

  conclude() {
    this.counts.tokensCompared = this.verdicts.size;
    for (const [token, ops] of this.verdicts) {
      if (ops.length < 2 || this.mayExpireMeanwhile(token)) continue;
      const says = ops.map(({ node, surface, reading }) => `node ${node}, ${surface}: ${reading}`).join('; ');
      this.find({ kind: 'disagreement', promise: 'V4', says, token, by: ops });
    }
    const most = Math.max(...this.nodes.values());
    for (const [node, count] of this.nodes) {
      if (count >= most * SAID) continue;
      const says = `node ${node} said of ${count} tokens what they are once all was mended, another one of ${most}`;
      this.find({ kind: 'silent-node', promise: 'V4', says, by: [] });
    }
    const { served, unserved } = this.counts;
    const total = served + unserved;
    if (unserved <= total * boundOf(this.phases.crowding)) return;
    const says = `${unserved} of ${total} requests were not served once all had been mended for ${Math.round(this.patienceMs / 1_000)} s`;
    this.find({ kind: 'not-healed', promise: 'V10', says, by: [] });
  }

  /** @param {number} token */
  mayExpireMeanwhile(token) {
    const expiresAt = this.model.tokens.get(token)?.session.expiresAt ?? -Infinity;
    return expiresAt + CLOCKS_MS > this.phases.verify;
  }
}

/**
 * The share that may go unserved where nothing is broken, on a machine that has so many times too much to do.
 *
 * @param {number} crowding
 */
export function boundOf(crowding) {
  return Math.min(UNSERVED * crowding ** 2, MOST_UNSERVED);
}

/** @param {Operation} op */
export function isServed({ status }) {
  return status !== null && status < 500;
}
