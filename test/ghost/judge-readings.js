/** Is any reading of a token impossible? And how many were there that could have been. */

/** @typedef {import('./history.js').Operation} Operation */
/** @typedef {import('./model.js').Model} Model */
/**
 * Something that must not be. `by`: the operations that show it, the last of them the one that is wrong.
 *
 * @typedef {{ kind: string, promise: string, says: string, token?: number, session?: string, by: Operation[] }} Finding
 */

/** So soon behind a death, whatever is still on its way may meet it. */
const CLOSE_MS = 20;

export class ReadingsJudge {
  counts = {
    live: 0,
    dead: 0,
    none: 0,
    /** They began after their token was dead for certain: one that says live is a ghost. */
    afterDeath: 0,
    closeAfterDeath: 0,
    /** They ended before their token may have died: one that says dead is a loss. */
    beforeDeath: 0,
    /** They ended while their row was there and held their token, as the log of events tells: the same, whatever was asked meanwhile. */
    whileHeld: 0,
    /** They named somebody, and could have named the wrong one. */
    named: 0,
    neverIssued: 0,
  };
  /** How many of `afterDeath` there were at each surface. @type {Record<string, number>} */
  surfaces = {};
  /** And by the kind of deed that had ended them. @type {Record<string, number>} */
  endings = {};

  /**
   * @param {Model} model
   * @param {(finding: Finding) => void} find
   */
  constructor(model, find) {
    this.model = model;
    this.find = find;
  }

  /** @param {Operation} op */
  judge(op) {
    if (op.isTargetDead) this.judgeTarget(op);
    for (const id of op.listed ?? []) this.judgeListed(op, id);
    if (op.token === null) return;
    if (op.token < 0) return this.judgeStranger(op);
    const fate = this.model.fates.get(op.token);
    if (!fate || (op.kind !== 'check' && op.reading === 'none')) return;
    this.counts[op.reading]++;
    if (op.reading === 'none') return;
    this.count(op, fate);
    if (op.reading === 'live') this.judgeLive(op, fate);
    else this.judgeDead(op, fate);
  }

  /**
   * @param {Operation} op
   * @param {import('./model.js').Fate} fate
   */
  judgeDead(op, fate) {
    const { mayDie, heldUntil } = fate;
    if (op.t1 < mayDie.at) this.tell('lost', 'V3', op, fate, [], lossOf(op, mayDie.at));
    else if (op.t1 < heldUntil) {
      const says =
        heldUntil === Infinity ? 'and its row was never deleted' : `${(heldUntil - op.t1).toFixed(2)} ms before`;
      this.tell('lost', 'V3', op, fate, [], `dead while its row was there: ${says}`);
    }
  }

  /**
   * @param {Operation} op
   * @param {import('./model.js').Fate} fate
   */
  count(op, { deadBy, mayDie, heldUntil }) {
    if (op.t1 < mayDie.at) this.counts.beforeDeath++;
    if (op.t1 < heldUntil) this.counts.whileHeld++;
    if (op.t0 <= deadBy.at) return;
    this.counts.afterDeath++;
    this.surfaces[op.surface] = (this.surfaces[op.surface] ?? 0) + 1;
    const kind = deadBy.by?.kind ?? 'limits';
    this.endings[kind] = (this.endings[kind] ?? 0) + 1;
    if (op.t0 - deadBy.at <= CLOSE_MS) this.counts.closeAfterDeath++;
  }

  /**
   * @param {Operation} op
   * @param {import('./model.js').Fate} fate
   */
  judgeLive(op, fate) {
    const { deadBy, firstDead, session } = fate;
    if (op.t0 > deadBy.at) {
      const late = (op.t0 - deadBy.at).toFixed(2);
      this.tell('ghost', 'V1', op, fate, [deadBy.by], `alive to a request begun ${late} ms after its end was answered`);
    } else if (op.t0 > firstDead.at) {
      const late = (op.t0 - firstDead.at).toFixed(2);
      this.tell('flicker', 'V2', op, fate, [firstDead.by], `alive ${late} ms after an answer that called it dead`);
    }
    if (op.named === undefined) return;
    this.counts.named++;
    if (op.named === session.user) return;
    this.tell('wrong-user', 'V5', op, fate, [], `user ${op.named ?? 'unknown'} instead of user ${session.user}`);
  }

  /** @param {Operation} op */
  judgeStranger(op) {
    if (op.reading === 'none') return;
    this.counts.neverIssued++;
    if (op.reading === 'dead') return;
    const says = `alive at ${op.surface}, and was never issued`;
    this.find({ kind: 'never-issued', promise: 'V6', says, by: [op] });
  }

  /** "There is no such session" is a reading as well. @param {Operation} op */
  judgeTarget(op) {
    const session = this.model.sessions.get(op.target ?? '');
    if (!session) return;
    const mayEnd = this.model.sessionMayEnd(session);
    if (op.t1 >= mayEnd.at) return;
    const says = `gone, by its id: ${lossOf(op, mayEnd.at)}`;
    this.find({ kind: 'lost', promise: 'V3', says, session: session.id, by: [session.start, op] });
  }

  /** A list shows live sessions. @param {Operation} op @param {string} id */
  judgeListed(op, id) {
    const session = this.model.sessions.get(id);
    const ended = session && this.model.endedBy(session);
    if (!session || !ended?.by || op.t0 <= ended.at) return;
    const says = `listed ${(op.t0 - ended.at).toFixed(2)} ms after its end was answered`;
    this.find({ kind: 'ghost', promise: 'V1', says, session: id, by: [session.start, ended.by, op] });
  }

  /**
   * @param {string} kind
   * @param {string} promise
   * @param {Operation} op
   * @param {import('./model.js').Fate} fate
   * @param {(Operation | undefined)[]} because
   * @param {string} says
   */
  tell(kind, promise, op, { birth, session }, because, says) {
    const by = [birth, ...because.filter((each) => each !== undefined), op];
    const token = op.token ?? -1;
    this.find({ kind, promise, says: `${op.surface}: ${says}`, token, session: session.id, by });
  }
}

/**
 * @param {Operation} op
 * @param {number} mayDie
 */
function lossOf({ t1 }, mayDie) {
  return mayDie === Infinity
    ? 'dead, and nobody ever ended it'
    : `dead ${(mayDie - t1).toFixed(2)} ms before anybody began to end it`;
}
