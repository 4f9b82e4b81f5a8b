import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, Repository } from 'typeorm';
import { sqlOf } from '../database/background-store.js';
import { Store } from '../database/store.js';
import { DomainError } from '../errors/domain.error.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import type { DeliveryStatus, KnownDelivery } from './webhook-facts.js';
import { WebhookPost } from './webhook-post.js';
import { WebhookQueue } from './webhook-queue.js';

/** Dead letters that one request replays at most. */
const REPLAY_BATCH = 1_000;
const AGAIN = `
  update webhook_deliveries
  set status = 'pending', attempts = 0, next_attempt_at = now(), retry_until = now() + interval '3 days', delivered_at = null`;
const REPLAY_ONE = `${AGAIN} where endpoint_id = $1 and id = $2 returning id`;
const REPLAY_DEAD = `
  ${AGAIN} where id in (
    select id from webhook_deliveries where endpoint_id = $1 and status = 'dead' and type <> 'webhook.test'
    order by id limit ${REPLAY_BATCH} for update skip locked
  ) returning id`;

/** What was sent to an endpoint, what waits, and what is dead: to be read, and to be sent again. The endpoint is the caller's. */
@Injectable()
export class WebhookLog {
  constructor(
    @InjectRepository(WebhookDelivery) private readonly deliveries: Repository<WebhookDelivery>,
    private readonly store: Store,
    private readonly queue: WebhookQueue,
    private readonly post: WebhookPost,
  ) {}

  /** Newest first; `before` is the id of the last one already seen. */
  async list(endpointId: string, limit: number, before?: string, status?: DeliveryStatus): Promise<KnownDelivery[]> {
    return this.deliveries.find({
      where: { endpointId, ...(before !== undefined && { id: LessThan(before) }), ...(status && { status }) },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  /** Refuses NOT_FOUND. */
  async get(endpointId: string, id: string): Promise<KnownDelivery> {
    const delivery = await this.deliveries.findOneBy({ endpointId, id });
    if (!delivery) throw notFound();
    return delivery;
  }

  /** Due now, with three days ahead of it and the same `webhook-id`, whatever became of it before. Refuses NOT_FOUND. */
  async replay(endpointId: string, id: string): Promise<KnownDelivery> {
    if ((await this.again(REPLAY_ONE, [endpointId, id])) === 0) throw notFound();
    return this.get(endpointId, id);
  }

  /** The oldest dead letters, at most a thousand, but for those of test deliveries; answers how many. */
  replayDead(endpointId: string): Promise<number> {
    return this.again(REPLAY_DEAD, [endpointId]);
  }

  private async again(sql: string, values: [endpointId: string, ...rest: string[]]): Promise<number> {
    const replayed = await this.store.transaction(async ({ manager }) => {
      const run = sqlOf(manager);
      const { length } = await run(sql, values);
      await this.queue.enqueue(run, [values[0]]);
      return length;
    });
    this.post.wake();
    return replayed;
  }
}

function notFound(): DomainError {
  return new DomainError('NOT_FOUND', 'No such delivery.');
}
