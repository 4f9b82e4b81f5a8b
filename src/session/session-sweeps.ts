import type { Statement } from '../database/store.js';
import { DELETE_FOUND, foundToEnd, IS_SPARED } from './session-statements.js';

// A row that someone else is ending or touching is skipped: it is found again in the next round.

/** True for the one node whose turn it is, until its transaction ends. The number is this lock's name, no more. */
export const TAKE_TURN: Statement = { name: 'sweep-take-turn', text: 'select pg_try_advisory_xact_lock(4829137)' };

export const SWEEP_EXPIRED: Statement = {
  name: 'sweep-expired',
  text: `
    with ${foundToEnd(
      "'expired'",
      'select user_id, id from sessions where expires_at <= now() order by expires_at limit $1 for update skip locked',
    )}
    ${DELETE_FOUND} returning sessions.id`,
};

/** The last key of the slice that begins behind a key; none when less than a slice is left. */
export const SLICE_END: Statement = {
  name: 'sweep-slice-end',
  text: 'select user_id, id from sessions where (user_id, id) > ($1, $2) order by user_id, id offset $3 limit 1',
};

export const SWEEP_IDLE: Statement = { name: 'sweep-idle', text: sweepSlice('idle', 'sessions.idle_until <= now()') };

/** What was still in use when its application logged everyone out: whatever has idled out since did not end by that. */
export const SWEEP_LOGGED_OUT: Statement = {
  name: 'sweep-logged-out',
  text: sweepSlice(
    'application_logout',
    `not ${IS_SPARED} and sessions.idle_until > (
      select least(sessions_valid_after, now()) from applications where applications.id = sessions.application_id)`,
  ),
};

export const LAG: Statement = {
  name: 'sweep-lag',
  text: 'select coalesce(extract(epoch from now() - min(expires_at)), 0) from sessions where expires_at <= now()',
};

function sweepSlice(cause: string, isDead: string): string {
  return `
    with ${foundToEnd(
      `'${cause}'`,
      `select user_id, id from sessions
       where (user_id, id) > ($1::uuid, $2::uuid) and ($3::uuid is null or (user_id, id) <= ($3, $4::uuid)) and ${isDead}
       order by user_id, id for update skip locked`,
    )}
    ${DELETE_FOUND} returning sessions.id`;
}
