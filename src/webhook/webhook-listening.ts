import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { sqlOf } from '../database/background-store.js';
import { Store } from '../database/store.js';
import { EventLog } from '../event/event-log.js';
import { WebhookPost } from './webhook-post.js';

const LISTEN_FROM = `
  update webhook_relays set position = $1
  where position is null or not exists (select from webhook_endpoints where status = 'active')`;

/** Where an endpoint begins to listen. */
@Injectable()
export class WebhookListening {
  constructor(
    private readonly store: Store,
    private readonly log: EventLog,
    private readonly post: WebhookPost,
  ) {}

  /**
   * `change` makes an endpoint active, in a transaction and beside no other: it hears of what happens behind `since`, which
   * is now. Where nobody listened the relay stood still, and goes on from here instead of from where it stopped.
   */
  async begin(change: (manager: EntityManager, since: string) => Promise<void>): Promise<void> {
    const since = String(await this.log.latest());
    await this.store.transaction(async ({ manager }) => {
      const run = sqlOf(manager);
      await run('select from webhook_relays for update');
      await run(LISTEN_FROM, [since]);
      await change(manager, since);
    });
    this.post.wake();
  }
}
