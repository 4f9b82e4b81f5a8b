import type { Statement } from '../database/store.js';

/** As long as the log is large. */
const PATIENCE_MS = 3_600_000;

const newestOf = (table: string): string =>
  `select transaction_id from (select transaction_id from ${table} order by transaction_id desc limit 1) as newest`;

/**
 * Whether events lie ahead of this cluster's transactions: then a dump brought them from another one. And the first id that
 * is ahead, and the last that is not.
 */
export const FIND_AHEAD: Statement = {
  name: 'event-find-ahead',
  text: `
    select exists (${newestOf('session_events')} where transaction_id >= ahead)
             or exists (${newestOf('application_events')} where transaction_id >= ahead)
             or exists (select from event_logs where pruned_transaction_id >= ahead),
           ahead, (ahead::text::bigint - 1)::text::xid8
    from (select pg_snapshot_xmax(pg_current_snapshot()) as ahead) as snapshot`,
};

/** Others wait until this transaction ends, and then find nothing ahead. */
export const LOCK_LOG: Statement = {
  name: 'event-lock-log',
  patienceMs: PATIENCE_MS,
  text: `select set_config('statement_timeout', '${PATIENCE_MS}', true) from event_logs for update`,
};

/** What was ahead comes directly behind what was not, in the order of ids: what depends on another event has drawn its id later. */
export const BRING_BACK: Statement[] = ['session_events', 'application_events'].map((table) => ({
  name: `event-bring-back-${table}`,
  patienceMs: PATIENCE_MS,
  text: `update ${table} set transaction_id = $2::xid8 where transaction_id >= $1::xid8`,
}));

/** No cursor of before counts, and nothing counts as pruned. */
export const BEGIN_GENERATION: Statement = {
  name: 'event-begin-generation',
  text: `update event_logs set generation = generation + 1, pruned_transaction_id = '0', pruned_id = 0`,
};
