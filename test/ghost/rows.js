/**
 * The rows of sessions, as the log of events tells: a trigger writes it in the transaction that makes or deletes the row. So
 * a login that was answered and is not in the log was lost, and no token of a session may die before its row does.
 */

/** @typedef {import('./history.js').EventLine} EventLine */

const ENDED = 'session.ended';

export class Rows {
  /** Those that were there at any time. @type {Set<string>} */
  known = new Set();
  /** The instant by the database's clock at which the transaction began that deleted it first. @type {Map<string, number>} */
  ends = new Map();

  /** Whether the log was read: not of a run that was cut short. */
  get isRead() {
    return this.known.size > 0;
  }

  /** @param {EventLine} event */
  note({ source, type, session, occurredAt = -Infinity }) {
    if (source !== 'table') return;
    this.known.add(session);
    if (type === ENDED && !this.ends.has(session)) this.ends.set(session, occurredAt);
  }

  /** No row of it was deleted before this: Infinity where none was, and -Infinity where nobody knows. @param {string} session */
  endOf(session) {
    return this.isRead ? (this.ends.get(session) ?? Infinity) : -Infinity;
  }
}
