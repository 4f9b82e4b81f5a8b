/** How many endings did requests with the same token really race? A run without races has shown nothing. */

/** @typedef {import('./history.js').Operation} Operation */

const KEPT = 400;

export class Races {
  counts = { endings: 0, endingsDone: 0, raced: 0, racingReadings: 0 };
  /** By token: those that ended last. @type {Map<number, { t0: number, t1: number }[]>} */
  readings = new Map();
  /** By token: its endings, and how many readings overlapped each. @type {Map<number, { t0: number, t1: number, readings: number }[]>} */
  endings = new Map();

  /** Operations come in the order in which they ended. @param {Operation} op */
  note(op) {
    if (op.token === null || op.token < 0 || op.isRider) return;
    if (op.kind === 'check') return this.noteReading(op.token, op);
    if (!ENDS_ITS_TOKEN.has(op.kind) || op.outcome === 'refused') return;
    this.counts.endings++;
    if (op.outcome === 'done') this.counts.endingsDone++;
    const { t0, t1 } = op;
    const ending = { t0, t1, readings: 0 };
    for (const reading of this.readings.get(op.token) ?? []) if (reading.t1 > t0) this.meet(ending);
    this.endings.set(op.token, [...(this.endings.get(op.token) ?? []), ending]);
  }

  /**
   * @param {number} token
   * @param {Operation} op
   */
  noteReading(token, { t0, t1 }) {
    const readings = this.readings.get(token) ?? [];
    readings.push({ t0, t1 });
    if (readings.length > KEPT) readings.splice(0, KEPT / 2);
    this.readings.set(token, readings);
    for (const ending of this.endings.get(token) ?? []) if (t0 < ending.t1) this.meet(ending);
  }

  /** @param {{ readings: number }} ending */
  meet(ending) {
    if (ending.readings === 0) this.counts.raced++;
    ending.readings++;
    this.counts.racingReadings++;
  }
}

/** The endings whose own token others look at meanwhile. */
const ENDS_ITS_TOKEN = new Set(['logout', 'revoke', 'rotate', 'log-out-everywhere', 'change-password']);
