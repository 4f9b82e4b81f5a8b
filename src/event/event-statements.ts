import type { Statement } from '../database/store.js';

/** True where no reader may have been: an open transaction could still bring an event before these. */
const IS_SETTLED = 'transaction_id < pg_snapshot_xmin(pg_current_snapshot())';

const OF_SESSIONS = `
  transaction_id, id, type, application_id, occurred_at, user_id, session_id, contract, cause, session_created_at,
  session_last_seen_at, host(ip), user_agent, label, reason, ended_by_user_id, ended_by_session_id, ended_by_key_id`;
const OF_APPLICATIONS = `
  transaction_id, id, type, application_id, occurred_at, null, null, null, null, null,
  null, null, null, null, reason, ended_by_user_id, ended_by_session_id, ended_by_key_id`;

/** One order over both tables. Each arm goes by its index, so that a page costs the same in a log of any length. */
export function inOrder(ofSessions: string, ofApplications: string, after: string, limit: string): string {
  const arm = (columns: string, table: string): string =>
    `(select ${columns} from ${table} where (transaction_id, id) > (${after}) and ${IS_SETTLED} order by transaction_id, id limit ${limit})`;
  return `
    select * from (${arm(ofSessions, 'session_events')} union all ${arm(ofApplications, 'application_events')}) as events
    order by transaction_id, id limit ${limit}`;
}

/**
 * First what is known of the log: its generation, and whether the asked position is behind what was pruned or ahead of this
 * database. Beside it the events behind the position, or one row of nulls.
 */
export const READ: Statement = {
  name: 'event-read',
  text: `
    select log.generation, (log.pruned_transaction_id, log.pruned_id) > ($1::xid8, $2::bigint),
           $1::xid8 >= pg_snapshot_xmax(pg_current_snapshot()),
           extract(epoch from clock_timestamp() - occurred_at), events.*
    from event_logs as log
    left join (${inOrder(OF_SESSIONS, OF_APPLICATIONS, '$1::xid8, $2::bigint', '$3')}) as events on true
    order by events.transaction_id, events.id`,
};

/** The position before everything that is kept. */
export const OLDEST: Statement = {
  name: 'event-oldest',
  text: 'select generation, pruned_transaction_id, pruned_id from event_logs',
};

const newestOf = (table: string): string =>
  `(select transaction_id, id from ${table} where ${IS_SETTLED} order by transaction_id desc, id desc limit 1)`;

/** The position of the newest event that can be read; of the last one pruned where there is none. */
export const LATEST: Statement = {
  name: 'event-latest',
  text: `
    select generation, coalesce(transaction_id, pruned_transaction_id), coalesce(id, pruned_id)
    from event_logs
    left join (
      select * from (${newestOf('session_events')} union all ${newestOf('application_events')}) as newest
      order by transaction_id desc, id desc limit 1
    ) as newest on true`,
};
