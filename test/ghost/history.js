/** What a run records: one line of JSON for each thing that happened, in the order in which they ended. */
import { createReadStream, createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { createInterface } from 'node:readline';

/**
 * @typedef {'live' | 'dead' | 'none'} Reading What an answer says of the token that its request carried; `none` says nothing.
 * @typedef {'done' | 'refused' | 'unknown'} Outcome What an answer says of a deed: `unknown` may have happened, or happen yet.
 */
/**
 * A token that an answer brought. Instants are milliseconds of the clock; it certainly dies at `expiresAt`, and may die from
 * `idlesAt` on.
 *
 * @typedef {{ token: number, session: string, contract: string, expiresAt?: number, idlesAt?: number }} Fresh
 */
/**
 * One request, or one of the tokens in a request that asks about many. Milliseconds of the clock: `t0` before its first byte,
 * `t1` after the last of its answer, or when its client gave up.
 *
 * @typedef {object} Operation
 * @property {'operation'} of
 * @property {string} kind `check`, or the name of a deed: see `endings.js`.
 * @property {string} surface Where it was asked: a contract, `native`, `introspection`, `introspections`, `forward-auth`, `admin`.
 * @property {number} node Its place.
 * @property {number | null} user Whose token it carries, who logs in, or whom it is about.
 * @property {number | null} token The token that it carries; -1 for one that was never issued.
 * @property {number} t0
 * @property {number} t1
 * @property {number | null} status
 * @property {Reading} reading
 * @property {Outcome} [outcome] Of deeds.
 * @property {Fresh} [fresh]
 * @property {string} [target] The session that it is to end.
 * @property {boolean} [isTargetDead] It was told that there is no such session.
 * @property {string[]} [listed] The sessions that a list shows.
 * @property {string} [contract] Of a login.
 * @property {number} [password] Which of its user's passwords a login offers, or which one a change sets.
 * @property {number} [was] Which password a change replaces.
 * @property {{ t0: number, t1: number }} [seen] When it was decided which sessions are meant, where that was an earlier request.
 * @property {number | null} [named] The user whom a live answer names; null for a stranger. Absent where it names nobody.
 * @property {string} [error] Why there is no answer: the code of the system, or `timeout`.
 * @property {boolean} [isReused] Its connection had served others before.
 * @property {string} [fault] What is wrong with the answer as such.
 * @property {boolean} [isRider] Another token of the request that the line before is of.
 */
/**
 * @typedef {{ of: 'fault', kind: string, node?: number, from: number, until: number, detail?: Record<string, unknown>, skipped?: string }} FaultLine
 * @typedef {{ of: 'event', source: 'table' | 'stream' | 'poll', id: string, type: string, session: string, user: number | null, cause?: string, at: number, occurredAt?: number }} EventLine `at`: when it was heard, or when the log was read; `occurredAt`: of the log alone.
 * @typedef {{ of: 'phase', name: 'begin' | 'healed' | 'verify' | 'end', at: number, seed?: string, crowding?: number }} PhaseLine `crowding`: how many times too much the machine had to do; at least 1.
 * @typedef {{ of: 'death', node: number, at: number, words: string }} DeathLine A node that ended unasked, and its last words.
 * @typedef {Operation | FaultLine | EventLine | PhaseLine | DeathLine} Line
 * @typedef {Iterable<Line> | AsyncIterable<Line>} History It can be read more than once.
 */

const FULL = 1_000;

/** Writes while the run goes on; whoever comes after a crash finds all but the last moment. */
export class HistoryWriter {
  /** @type {string[]} */
  lines = [];
  count = 0;

  /** @param {string} file */
  constructor(file) {
    this.file = file;
    this.stream = createWriteStream(file);
    this.ended = finished(this.stream);
    this.ended.catch(() => {}); // close tells it.
  }

  /** @param {Line} line */
  write(line) {
    this.count++;
    this.lines.push(JSON.stringify(line));
    if (this.lines.length >= FULL) this.flush();
  }

  flush() {
    if (this.lines.length === 0) return;
    this.stream.write(`${this.lines.join('\n')}\n`);
    this.lines = [];
  }

  /** All that was written so far is in the file. */
  async settle() {
    this.flush();
    await new Promise((resolve) => this.stream.write('', resolve));
  }

  async close() {
    this.flush();
    this.stream.end();
    await this.ended;
  }
}

/** A history in a file. Each walk reads it anew, so that one of many hours needs no memory. */
export class HistoryFile {
  /** @param {string} file */
  constructor(file) {
    this.file = file;
  }

  /** A last line that was cut off is left out. @returns {AsyncGenerator<Line>} */
  async *[Symbol.asyncIterator]() {
    for await (const text of createInterface({ input: createReadStream(this.file), crlfDelay: Infinity })) {
      if (!text.endsWith('}')) continue;
      yield /** @type {Line} */ (JSON.parse(text));
    }
  }
}
