import { Injectable } from '@nestjs/common';
import { BackgroundStore, type Sql } from '../database/background-store.js';
import { METRICS } from '../metrics/metrics.js';
import { pauseMs } from './retry-schedule.js';
import type { Outcome } from './webhook-sender.js';

/** A delivery that this node, and no other, is to send now. */
export interface Claim {
  readonly id: string;
  readonly endpointId: string;
  readonly type: string;
  readonly body: string;
  readonly url: string;
  /** Failed attempts so far. */
  readonly failures: number;
  /** Those that sign: the secret, and the one before it while both count. */
  readonly secrets: readonly string[];
  /** Now, in seconds, by the database's clock. */
  readonly timestamp: string;
}

// Longer than any attempt takes: what is claimed longer than that is nobody's any more.
const CLAIM = "interval '15 seconds'";
const CLAIMED = `
  update webhook_deliveries as delivery set claimed_until = clock_timestamp() + ${CLAIM} from due, listening
  where delivery.id = due.id
  returning delivery.id, delivery.endpoint_id as "endpointId", delivery.type, delivery.body::text as body, listening.url,
    delivery.attempts as failures, extract(epoch from clock_timestamp())::bigint::text as timestamp,
    case when listening.previous_secret_until > now() then array[listening.secret, listening.previous_secret]
      else array[listening.secret] end as secrets`;
// The lock makes whoever disables the endpoint wait for this, or this see that it is disabled.
const CLAIM_DUE = `
  with listening as (select * from webhook_endpoints where id = $1 and status = 'active' for share),
  due as (
    select id from webhook_deliveries
    where endpoint_id = (select id from listening) and status = 'pending' and next_attempt_at <= now()
      and (claimed_until is null or claimed_until < now())
    order by next_attempt_at limit 1 for update skip locked
  ) ${CLAIMED}`;
const CLAIM_ONE = `
  with listening as (select * from webhook_endpoints where id = $1 and status <> 'deleted' for share),
  due as (select id from webhook_deliveries where id = $2 and endpoint_id = $1 for update) ${CLAIMED}`;
const RECORD = `
  update webhook_deliveries set attempts = attempts + 1, claimed_until = null, last_attempt_at = now(),
    last_status = $2, last_error = $3, last_answer = $4, delivered_at = case when $5 then now() end,
    status = case when $5 then 'delivered' when $6::double precision is null or retry_until <= now() then 'dead' else 'pending' end,
    next_attempt_at = least(now() + coalesce($6, 0) * interval '1 ms', greatest(retry_until, now()))
  where id = $1 and status = 'pending' returning status`;
const GONE = `
  update webhook_endpoints set status = 'disabled', disabled_by = 'receiver', updated_at = now()
  where id = $1 and status = 'active'`;
// 410 Gone: RFC 9110 and Standard Webhooks ask the sender to stop.
const RECEIVER_IS_GONE = 410;

/** Who sends what, and what became of it. */
@Injectable()
export class WebhookClaims {
  constructor(private readonly store: BackgroundStore) {}

  /** What has been due longest at an active endpoint, and is nobody's yet. */
  async next(endpointId: string): Promise<Claim | undefined> {
    return (await this.store.run<Claim>(CLAIM_DUE, [endpointId]))[0];
  }

  /** A certain delivery, due or not, also at a disabled endpoint; none of one that was deleted. */
  async one(run: Sql, endpointId: string, id: string): Promise<Claim | undefined> {
    return (await run<Claim>(CLAIM_ONE, [endpointId, id]))[0];
  }

  /** Not sent after all: it is due for whoever comes next. */
  async release({ id }: Claim): Promise<void> {
    await this.store.run('update webhook_deliveries set claimed_until = null where id = $1', [id]);
  }

  /** Delivered, due again later, or dead; with `isFinal` there is no later. An endpoint whose receiver is gone is disabled. */
  async record(claim: Claim, outcome: Outcome, isFinal = false): Promise<void> {
    const { status = null, error = null, answer = null, isDelivered } = outcome;
    const pause = isFinal || isDelivered ? null : pauseMs(claim.failures + 1, outcome.retryAfterMs);
    const [row] = await this.store.run<{ status: 'delivered' | 'dead' | 'pending' }>(RECORD, [
      claim.id,
      status,
      error,
      answer,
      isDelivered,
      pause,
    ]);
    if (status === RECEIVER_IS_GONE) await this.store.run(GONE, [claim.endpointId]);
    METRICS.webhookDeliveries.inc({ outcome: row?.status === 'pending' ? 'failed' : (row?.status ?? 'dropped') });
  }
}
