import type { Statement } from '../database/store.js';
import { ENDED_WITH_APPLICATION, EXPIRES_AT, LIVES, LIVES_UNTIL, ofItsApplication } from './session-limits.js';

// Rows are locked in the order of their keys before they are changed: two sets of endings cannot wait for each other.

/** Not logged out with everyone of its application. One that was has ended already: the sweeper takes its row, with that cause. */
export const IS_SPARED = `sessions.created_at > ${ofItsApplication('sessions_valid_after')}`;

export const IS_LIVE = ofItsApplication(LIVES);

/**
 * Finds and locks rows of `sessions`, then sets the cause and who ends them (`namedBy`), SQL expressions, for this transaction
 * alone; DELETE_FOUND ends them. They are set beside the rows and not by a CTE of its own: on a cluster only what reads the
 * row runs on the row's node, where the trigger asks for them. Nobody is named by an empty text: it clears who was.
 */
export function foundToEnd(cause: string, rows: string, by = "''"): string {
  return `found as materialized (
      select locked.*, set_config('curfew.cause', ${cause}, true), set_config('curfew.ended_by', ${by}, true)
      from (${rows}) as locked
    )`;
}

export const DELETE_FOUND =
  'delete from sessions using found where sessions.user_id = found.user_id and sessions.id = found.id';

/**
 * Starts a session if the user is still active and still has the password that was verified. FOR SHARE holds off
 * user-wide endings until this commits. A session presented with the login ends in the same statement. It started after the
 * last logout of everyone, even where that was told by a clock ahead of this one; a logout for ever has no instant after it.
 */
export const INSERT: Statement = {
  name: 'session-insert',
  text: `
    with owner as materialized (
      select users.id, users.application_id,
             greatest(now(), nullif(sessions_valid_after, 'infinity') + interval '1 microsecond') as started_at
      from users join applications on applications.id = users.application_id
      where users.id = $1 and users.password_version = $2 and users.status = 'active' and applications.status = 'active'
      for share of users
    ), started as (
      insert into sessions (user_id, id, application_id, contract, secret_hash, created_at, idle_until, expires_at, ip, user_agent, label, csrf_hash, browser, system)
      select id, $3, application_id, $4, $5, started_at, now() + $6::bigint * interval '1 ms', now() + $7::bigint * interval '1 ms', $8, $9, $10, $14, $15, $16
      from owner
      returning application_id, created_at, least(idle_until, expires_at) as idle_until, expires_at
    ), ${foundToEnd(
      "'replaced'",
      `select sessions.user_id, sessions.id from sessions, owner
       where sessions.user_id = $11 and sessions.id = $12 and sessions.secret_hash = $13 and ${IS_SPARED} for update of sessions`,
    )}, replaced as (${DELETE_FOUND} returning sessions.id)
    select started.*, (select count(*) from replaced) from started`,
};

/** Of two racing rotations one finds the old secret, the other finds none. */
export const SWAP_SECRET: Statement = {
  name: 'session-swap-secret',
  text: `
    update sessions set secret_hash = $4
    where user_id = $1 and id = $2 and secret_hash = $3 and ${IS_LIVE}
    returning id`,
};

export const LIST: Statement = {
  name: 'session-list',
  text: `
    select sessions.id, contract, sessions.created_at, last_seen_at, ${LIVES_UNTIL}, ${EXPIRES_AT},
           host(ip), user_agent, label
    from sessions join applications on applications.id = sessions.application_id
    where user_id = $1 and ($2::uuid is null or sessions.id < $2) and ${LIVES}
    order by sessions.id desc limit $3`,
};

/** What follows in this transaction may take longer than usual: a user may have very many sessions. */
export const LOCK_OWNER: Statement = {
  name: 'session-lock-owner',
  text: `select id, set_config('statement_timeout', '6000', true) from users where id = $1 for update`,
};

/** Whether this very session ended because its user was disabled. */
export const WAS_DISABLED: Statement = {
  name: 'session-was-disabled',
  text: `
    select 1 from session_events where user_id = $1 and session_id = $2 and cause = 'user_disabled' limit 1`,
};

export const COUNT_LIVE: Statement = {
  name: 'session-count-live',
  text: `select count(*) from sessions where user_id = $1 and ($2::text is null or contract = $2) and ${IS_LIVE}`,
};

export const END_ONE: Statement = {
  name: 'session-end-one',
  text: `
    with ${foundToEnd('$3', `select user_id, id from sessions where user_id = $1 and id = $2 and ${IS_LIVE} for update`, '$4')}
    ${DELETE_FOUND} returning sessions.id`,
};

/** Those of a user that ended with their application and are not swept yet: whatever ends the others is not why these ended. */
export const END_OUTLIVED: Statement = {
  name: 'session-end-outlived',
  patienceMs: 6_500,
  text: `
    with ${foundToEnd(
      "'application_logout'",
      `select sessions.user_id, sessions.id
       from sessions
       where sessions.user_id = $1 and ${ofItsApplication(ENDED_WITH_APPLICATION)}
       order by sessions.id for update of sessions`,
    )}
    ${DELETE_FOUND} returning sessions.id`,
};

/** Whoever else ends several of a user's waits for the user's row: these need not be locked in order beforehand. */
export const END_ALL: Statement = {
  name: 'session-end-all',
  patienceMs: 6_500,
  text: `
    with ${foundToEnd('$3', 'select user_id, id from sessions where user_id = $1 and ($2::uuid is null or id <> $2)', '$4')}
    ${DELETE_FOUND} returning sessions.id`,
};

export const END_OLDEST: Statement = {
  name: 'session-end-oldest',
  text: `
    with ${foundToEnd(
      "'replaced'",
      `select user_id, id from sessions
       where user_id = $1 and id in (
         select id from sessions
         where user_id = $1 and id <> $2 and ($4::text is null or contract = $4) and ${IS_LIVE}
         order by created_at, id limit $3
       )
       order by id for update`,
    )}
    ${DELETE_FOUND} returning sessions.id`,
};
