import { Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { Store } from '../database/store.js';

/** An attempt that is not connected after five seconds never sends; one that is has sent. */
const PATIENCE_MS = 6_000;
const PAUSE_MS = 50;
const SENDING = {
  name: 'webhook-sending',
  text: `
    select 1 from webhook_deliveries where endpoint_id = $1 and status = 'pending' and claimed_until > now() limit 1`,
};

/** When the last attempts at an endpoint that gets no more are over. */
@Injectable()
export class WebhookQuiet {
  constructor(private readonly store: Store) {}

  /** Resolves once no node is sending there: nothing new begins, since its status is read under a lock with each claim. */
  async untilQuiet(endpointId: string): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    while (performance.now() < until) {
      if ((await this.store.run(SENDING, [endpointId])).length === 0) return;
      await pause(PAUSE_MS);
    }
  }
}
