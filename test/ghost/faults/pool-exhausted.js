import pg from 'pg';
import { setTimeout as pause } from 'node:timers/promises';

const LENGTH_MS = 2_000;
/** Whoever holds what is wanted here lets go sooner than that: no statement of the server lasts longer. */
const LOCK =
  "begin; set local lock_timeout = '3s'; set local deadlock_timeout = '10s'; select from users order by id for update";

/**
 * Somebody holds the rows of all users: logins and user-wide endings wait for them until they have taken all connections of
 * each node's pool. Checks have connections of their own.
 *
 * @type {import('../schedule.js').Fault}
 */
export const poolExhausted = {
  kind: 'pool-exhausted',
  async strike({ databaseUrl }, random) {
    const holder = new pg.Client(databaseUrl).on('error', () => {});
    await holder.connect();
    try {
      await holder.query(LOCK);
      await pause(random.between(LENGTH_MS / 2, LENGTH_MS));
    } finally {
      await holder.end();
    }
  },
};
