import { PLANS_BY_INDEX } from '../database/plans.js';
import type { Statement } from '../database/store.js';
import { ENDED_WITH_APPLICATION, EXPIRES_AT, IDLE_UNTIL, ofItsApplication } from './session-limits.js';
import { DELETE_FOUND, foundToEnd, IS_LIVE } from './session-statements.js';

// A row that someone else is ending or touching is skipped: it is found again in the next round.

/** True for the one node whose turn it is, until its transaction ends. The number is this lock's name, no more. */
export const TAKE_TURN: Statement = {
  name: 'sweep-take-turn',
  text: `select pg_try_advisory_xact_lock(4829137), ${PLANS_BY_INDEX}`,
};

/**
 * Those longest past their lifetime, from an instant on. The index still holds what was swept until the table is
 * vacuumed: whoever began at its start again would read all of that with each batch.
 */
export const SWEEP_EXPIRED: Statement = {
  name: 'sweep-expired',
  text: `
    with ${foundToEnd(
      "'expired'",
      `select user_id, id, expires_at from sessions where expires_at >= $1 and expires_at <= now()
       order by expires_at limit $2 for update skip locked`,
    )}
    ${DELETE_FOUND} returning (select max(expires_at) from found)`,
};

// Whom a limit of the application ended stands nowhere in the index: the walk takes them. `overdue` are those that the index should have led to.
const CAUSE = `
  case when sessions.expires_at <= now() then 'overdue'
       when ${EXPIRES_AT} <= now() or sessions.created_at <= applications.expired_up_to then 'expired'
       when ${ENDED_WITH_APPLICATION} then 'application_logout'
       when ${IDLE_UNTIL} <= now() or sessions.last_seen_at <= applications.idled_up_to then 'idle' end`;

/** What is dead in a slice behind a key, at most so many, and the slice's last row, dead or alive: none at the table's end. */
export const LOOK: Statement = {
  name: 'sweep-look',
  text: `
    select user_id, id, cause, place = $3 from (
      select user_id, id, row_number() over (order by user_id, id) as place,
             ${ofItsApplication(CAUSE)} as cause
      from sessions where (user_id, id) > ($1, $2) order by user_id, id limit $3
    ) as slice
    where cause is not null or place = $3 order by place limit $4`,
};

/** Judged again: one that was touched meanwhile lives. */
export const END_DEAD: Statement = {
  name: 'sweep-end-dead',
  text: `
    with ${foundToEnd(
      '$3',
      `select sessions.user_id, sessions.id
       from unnest($1::uuid[], $2::uuid[]) as asked (user_id, id)
       join sessions on sessions.user_id = asked.user_id and sessions.id = asked.id
       where not ${IS_LIVE}
       for update of sessions skip locked`,
    )}
    ${DELETE_FOUND} returning sessions.id`,
};

/** How long the oldest row past its lifetime has been waiting, of those from an instant on. */
export const LAG: Statement = {
  name: 'sweep-lag',
  text: `
    select coalesce(extract(epoch from now() - min(expires_at)), 0) from sessions
    where expires_at >= $1 and expires_at <= now()`,
};
