import { BackgroundStore } from '../database/background-store.js';
import { METRICS } from '../metrics/metrics.js';
import { WebhookQueue } from './webhook-queue.js';

const REST_MS = 15_000;
/** Rows that go in one statement; where there were as many, the next follows soon. */
const BATCH = 1_000;
const SHORT_REST_MS = 1_000;

const PRUNE = `
  delete from webhook_deliveries where id in (
    select id from webhook_deliveries
    where status = any('{delivered,dead}') and last_attempt_at < now() - $2::float8 * interval '1 ms'
    limit $1
  ) returning id`;
const PRUNE_DELETED = `
  delete from webhook_deliveries where id in (
    select webhook_deliveries.id from webhook_deliveries join webhook_endpoints on webhook_endpoints.id = endpoint_id
    where webhook_endpoints.status = 'deleted' limit $1
  ) returning id`;
const DROP_DELETED = `
  delete from webhook_endpoints where status = 'deleted'
    and not exists (select from webhook_deliveries where endpoint_id = webhook_endpoints.id)`;
/** However many wait, counting them must cost no more than that many take. */
const MAX_COUNTED = 100_000;
const PENDING = `
  select count(*)::int as pending from (select from webhook_deliveries where status = 'pending' limit ${MAX_COUNTED}) as counted`;
// Endpoint by endpoint, the first that is found: of one that is down for days millions may wait.
const LEFT_BEHIND = `
  select id from webhook_endpoints, lateral (
    select from webhook_deliveries
    where endpoint_id = webhook_endpoints.id and webhook_deliveries.status = 'pending'
      and next_attempt_at < now() - interval '30 seconds' and (claimed_until is null or claimed_until < now())
    limit 1
  ) as left_behind
  where webhook_endpoints.status = 'active'`;

/** Keeps the log of deliveries in order, off the request path: what is delivered or dead is kept so long after its last attempt. */
export class WebhookKeeper {
  constructor(
    private readonly store: BackgroundStore,
    private readonly queue: WebhookQueue,
    private readonly retentionMs: number,
  ) {}

  /** Counts what waits, calls for what no job calls for any more, and prunes what is old. Answers how long to rest, in milliseconds. */
  async keep(): Promise<number> {
    const [count] = await this.store.run<{ pending: number }>(PENDING);
    METRICS.webhooksPending.set(count!.pending);
    // The queue may have lost its jobs, for instance in a restore of our tables alone; the deliveries are what counts.
    if (count!.pending > 0) {
      const left = await this.store.run<{ id: string }>(LEFT_BEHIND);
      await this.queue.enqueue(
        this.store.run,
        left.map(({ id }) => id),
      );
    }
    return (await this.prune()) ? SHORT_REST_MS : REST_MS;
  }

  /** True where there may be more. */
  private async prune(): Promise<boolean> {
    const ofDeleted = await this.store.run(PRUNE_DELETED, [BATCH]);
    if (ofDeleted.length < BATCH) await this.store.run(DROP_DELETED);
    const old = await this.store.run(PRUNE, [BATCH, this.retentionMs]);
    return ofDeleted.length === BATCH || old.length >= BATCH;
  }
}
