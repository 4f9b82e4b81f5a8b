/** Every way of breaking the promises that the ghost check must notice, by name. */
import * as built from '../bench/built.js';
import { answerBeforeCommit } from './answer-before-commit.js';
import { answerFirstRow } from './answer-first-row.js';
import { commitAsynchronously } from './commit-asynchronously.js';
import { expireByNodeClock } from './expire-by-node-clock.js';
import { joinInFlight } from './join-in-flight.js';
import { NO_EVENT_AT_LOGOUT, noteLogoutsLater } from './note-logouts-later.js';
import { refuseOnOutage } from './refuse-on-outage.js';
import { rememberAnswers } from './remember-answers.js';
import { rotateByInsert } from './rotate-by-insert.js';
import { touchByUpsert } from './touch-by-upsert.js';

const MEMORY_MS = 500;

/**
 * @typedef {object} Defect
 * @property {string} breaks The promise, and what the version does instead.
 * @property {readonly string[]} faults Those under which it shows; a working surrounding is one of them always.
 * @property {readonly string[]} shows Violations of which one must be found: whatever else is found may have another reason.
 * @property {() => Promise<unknown>} plant Into this process, before the server is loaded.
 * @property {readonly string[]} [sql] Statements that the database is told beforehand.
 */

/** @type {{ readonly [name: string]: Defect }} */
export const DEFECTS = {
  'check-cache': {
    breaks: 'P1: an answer is given again for 500 ms',
    faults: ['answer-jitter'],
    shows: ['ghost'],
    plant: async () => rememberAnswers((await built.sharedStatement()).SharedStatement, MEMORY_MS),
  },
  'upsert-touch': {
    breaks: 'P4: a touch saves the whole session',
    faults: ['answer-jitter'],
    shows: ['ghost'],
    plant: async () => touchByUpsert((await built.sessionToucher()).SessionToucher),
  },
  'answer-before-commit': {
    breaks: 'P1: a logout is answered while its statement is on the way',
    faults: ['slow-database', 'answer-jitter'],
    shows: ['ghost'],
    plant: async () => answerBeforeCommit((await built.sessionEndings()).SessionEndings),
  },
  'join-in-flight': {
    breaks: 'P1: a check takes part in a statement already sent',
    faults: ['answer-jitter'],
    shows: ['ghost'],
    plant: async () => joinInFlight((await built.sharedStatement()).SharedStatement),
  },
  'asynchronous-commit': {
    breaks: 'P2: synchronous_commit is off, and nothing that looks at it sees so',
    faults: ['database-crash'],
    shows: ['ghost', 'lost'],
    plant: async () => commitAsynchronously((await built.store()).Store),
    // What a crash may lose grows with it; by itself it is a fifth of a second.
    sql: ["alter system set wal_writer_delay = '2s'", 'select pg_reload_conf()'],
  },
  'node-clock-expiry': {
    breaks: 'P6: limits are judged by the node’s clock',
    faults: ['node-clock'],
    shows: ['lost', 'ghost'],
    plant: async () => expireByNodeClock((await built.sessionChecks()).SessionChecks),
  },
  'unauthorized-on-outage': {
    breaks: 'P3: whoever cannot be checked is refused',
    faults: ['database-crash', 'connections-reset'],
    shows: ['lost'],
    plant: async () => refuseOnOutage((await built.sessionChecks()).SessionChecks),
  },
  'first-row': {
    breaks: 'P8: a check that finds nothing is answered with the first row',
    faults: ['answer-jitter'],
    shows: ['wrong-user'],
    plant: async () => answerFirstRow((await built.sessionChecks()).SessionChecks),
  },
  'rotation-by-insert': {
    breaks: 'P5: a rotation copies the session and deletes the old one',
    faults: ['slow-database', 'answer-jitter'],
    shows: ['swapped-twice'],
    plant: async () =>
      rotateByInsert((await built.sessionService()).SessionService, (await built.sessionToken()).SessionToken),
  },
  'event-outside-transaction': {
    breaks: 'P9: the event of a logout is written after its commit',
    faults: ['database-crash', 'node-kill'],
    shows: ['no-event'],
    plant: async () => noteLogoutsLater((await built.sessionEndings()).SessionEndings),
    sql: NO_EVENT_AT_LOGOUT,
  },
};
