import { PLANS_BY_INDEX } from '../database/plans.js';
import type { Statement } from '../database/store.js';
import { inOrder } from './event-statements.js';

/**
 * Whether it is this node's turn to prune, until its transaction ends, and up to where was pruned. The number is the lock's
 * name. A lock on the row would give the transaction an id, and while it rests hold back every event written meanwhile.
 */
export const TAKE_TURN: Statement = {
  name: 'event-prune-take-turn',
  text: `
    select pg_try_advisory_xact_lock(6091742), pruned_transaction_id, pruned_id, ${PLANS_BY_INDEX} from event_logs`,
};

/**
 * The oldest events behind a position, at most so many, up to the first that is still to be kept: so everything up to the
 * position that it remembers is gone, and nothing behind it.
 */
export const PRUNE: Statement = {
  name: 'event-prune',
  text: `
    with batch as materialized (
      select events.*, bool_and(occurred_at < now() - $4::bigint * interval '1 ms') over (order by transaction_id, id) as goes
      from (${inOrder(
        'transaction_id, id, occurred_at, user_id, null::uuid as application_id',
        'transaction_id, id, occurred_at, null, application_id',
        '$1::xid8, $2::bigint',
        '$3',
      )}) as events
    ), gone as materialized (
      select * from batch where goes
    ), of_sessions as (
      delete from session_events using gone where session_events.user_id = gone.user_id and session_events.id = gone.id
    ), of_applications as (
      delete from application_events using gone
      where application_events.application_id = gone.application_id and application_events.id = gone.id
    )
    update event_logs set pruned_transaction_id = last.transaction_id, pruned_id = last.id
    from (select transaction_id, id from gone order by transaction_id desc, id desc limit 1) as last
    returning (select count(*) from gone)`,
};
