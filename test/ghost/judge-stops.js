/** Does a node that is asked to stop finish what it accepted, in time and in good order? */

/** @typedef {import('./history.js').Operation} Operation */
/** @typedef {import('./history.js').FaultLine} FaultLine */
/** @typedef {import('./judge-readings.js').Finding} Finding */

const STOP = 'node-stop';
const MOST_MS = 15_000;
/** A request that began so long before a stop may be in progress when it comes. */
const BEFORE_MS = 3_000;
/** For so long a node that was asked to stop takes in whatever comes, and tells its clients to go elsewhere. */
const DRAINED_MS = 1_900;
const AT_ONCE_MS = 500;
/** An end of the connection without an answer. Refused connections were never accepted. */
const RESETS = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

export class StopsJudge {
  /** `cutAtClosing`: no request was in hand; see `isAtClosing`. */
  counts = { stops: 0, requestsAtStops: 0, cutAtClosing: 0 };
  /** @type {{ node: number, from: number, until: number }[]} */
  stops = [];

  /** @param {(finding: Finding) => void} find */
  constructor(find) {
    this.find = find;
  }

  /** @param {FaultLine} fault */
  note({ kind, node, from, until, detail = {}, skipped }) {
    if (kind !== STOP || node === undefined || skipped !== undefined) return;
    this.counts.stops++;
    const { exitCode, exitedAt, tookMs } = detail;
    this.stops.push({ node, from, until: typeof exitedAt === 'number' ? exitedAt : until });
    const isClean = exitCode === 0 && Number(tookMs ?? 0) <= MOST_MS;
    if (isClean) return;
    const says = `node ${node} stopped with code ${String(exitCode)} after ${Math.round(Number(tookMs))} ms`;
    this.find({ kind: 'unclean-stop', promise: 'V9', says, by: [] });
  }

  /** @param {Operation} op */
  judge(op) {
    const stop = this.stops.find(
      ({ node, from, until }) => op.node === node && op.t0 >= from - BEFORE_MS && op.t1 >= from && op.t0 <= until,
    );
    if (!stop) return;
    this.counts.requestsAtStops++;
    if (op.error === undefined || !RESETS.has(op.error) || op.t1 > stop.until + BEFORE_MS) return;
    if (isAtClosing(op, stop.from)) {
      this.counts.cutAtClosing++;
      return;
    }
    const when = `${(op.t0 - stop.from).toFixed(1)} to ${(op.t1 - stop.from).toFixed(1)} ms after the stop began`;
    const connection = op.isReused ? 'on a kept connection' : 'on a fresh connection';
    this.find({
      kind: 'reset-at-stop',
      promise: 'V9',
      says: `${op.kind} ${connection}, ${when}: ${op.error}`,
      by: [op],
    });
  }
}

/**
 * When a node that has drained closes its listener and its idle connections, a request may be on its way over one of them, or
 * wait in a connection that nobody has accepted yet: HTTP/1.1 knows no way to avoid that, and nothing was in hand. It is soon
 * over, and long after the node began to ask its clients to go elsewhere.
 *
 * @param {Operation} op
 * @param {number} from
 */
function isAtClosing({ t0, t1 }, from) {
  return t1 > from + DRAINED_MS && t1 - t0 < AT_ONCE_MS;
}
