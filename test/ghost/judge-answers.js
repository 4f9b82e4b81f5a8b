/** Are there answers that no request may get: internal errors, cookies from who knows nothing, refusals of the right password? */

/** @typedef {import('./history.js').Operation} Operation */
/** @typedef {import('./judge-readings.js').Finding} Finding */

export class AnswersJudge {
  /** Logins with a password that was certainly right, or certainly changed. */
  counts = { loginsCertain: 0 };
  /** By user. @type {Map<number, Operation[]>} */
  changes = new Map();
  /** By token. @type {Map<number, Operation>} */
  swaps = new Map();

  /** @param {(finding: Finding) => void} find */
  constructor(find) {
    this.find = find;
  }

  /** @param {Operation} op */
  note(op) {
    this.noteSwap(op);
    if (op.kind !== 'change-password' || op.outcome === 'refused' || op.user === null) return;
    const changes = this.changes.get(op.user) ?? [];
    changes.push(op);
    this.changes.set(op.user, changes);
  }

  /** Of several who swap one token for another, one is given a new one. @param {Operation} op */
  noteSwap(op) {
    if (op.outcome !== 'done' || op.token === null || (op.kind !== 'rotate' && op.kind !== 'change-password')) return;
    const other = this.swaps.get(op.token);
    this.swaps.set(op.token, op);
    if (!other) return;
    const says = 'one token was swapped for two';
    this.find({ kind: 'swapped-twice', promise: 'V6', says, token: op.token, by: [other, op] });
  }

  /** @param {Operation} op */
  judge(op) {
    const fault = op.fault ?? (saysNothing(op) ? `${op.status} says nothing of its token` : undefined);
    if (fault !== undefined) {
      const says = `${op.kind} at ${op.surface}: ${fault}`;
      this.find({ kind: 'bad-answer', promise: 'V7', says, ...(op.token !== null && { token: op.token }), by: [op] });
    }
    if (op.kind === 'login' && op.password !== undefined && op.user !== null) this.judgeLogin(op, op.password, op.user);
  }

  /**
   * @param {Operation} op
   * @param {number} password
   * @param {number} user
   */
  judgeLogin(op, password, user) {
    const changes = this.changes.get(user) ?? [];
    const away = changes.find(({ was, outcome, t1 }) => was === password && outcome === 'done' && t1 <= op.t0);
    if (away) {
      this.counts.loginsCertain++;
      if (op.outcome !== 'done') return;
      this.find({ kind: 'old-password', promise: 'V1', says: 'let in by a password that was changed', by: [away, op] });
      return;
    }
    if (!isCertain(password, changes, op)) return;
    this.counts.loginsCertain++;
    if (op.outcome === 'refused') {
      this.find({
        kind: 'refused-login',
        promise: 'V7',
        says: `${op.surface}: refused with the right password`,
        by: [op],
      });
    }
  }
}

/**
 * @param {number} password
 * @param {Operation[]} changes
 * @param {Operation} login
 */
function isCertain(password, changes, login) {
  const isSet =
    password === 0 ||
    changes.some((change) => change.password === password && change.outcome === 'done' && change.t1 <= login.t0);
  return isSet && !changes.some(({ was, t0 }) => was === password && t0 < login.t1);
}

/**
 * Whoever is asked about a token says alive or dead, or that they do not know.
 *
 * @param {Operation} op
 */
function saysNothing({ kind, status, reading }) {
  return kind === 'check' && reading === 'none' && status !== null && status < 500;
}
