import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { BackgroundLoop } from '../database/background-loop.js';
import { WebhookKeeper } from './webhook-keeper.js';
import { WebhookQueue } from './webhook-queue.js';
import { WebhookRelay, type Relayed } from './webhook-relay.js';
import { WebhookWorker } from './webhook-worker.js';

/** Milliseconds until the next look at the events. */
const RELAY_REST_MS: Record<Relayed, number> = { nobody_listens: 1_000, nothing_new: 100, more: 0, done: 0 };

/** The post office of one node: what runs beside the requests, from the start of the server to its end. Where the store is away, it waits. */
@Injectable()
export class WebhookPost implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly working = new BackgroundLoop('webhooks: delivering', () =>
    this.worker.takeTurns(() => this.working.wake()),
  );
  private readonly relaying = new BackgroundLoop('webhooks: relaying', () => this.relayAndWake());
  private readonly keeping = new BackgroundLoop('webhooks: keeping', async () => {
    await this.queue.start();
    return this.keeper.keep();
  });

  constructor(
    private readonly queue: WebhookQueue,
    private readonly relay: WebhookRelay,
    private readonly worker: WebhookWorker,
    private readonly keeper: WebhookKeeper,
  ) {}

  onApplicationBootstrap(): void {
    for (const loop of [this.relaying, this.working, this.keeping]) loop.start();
  }

  /** This node looks at once for what its own transaction left behind. */
  wake(): void {
    this.relaying.wake();
    this.working.wake();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.relaying.stop(), this.keeping.stop(), this.working.stop()]);
    await this.worker.stop();
    await this.queue.stop();
  }

  private async relayAndWake(): Promise<number> {
    const relayed = await this.relay.relay();
    if (relayed === 'more' || relayed === 'done') this.working.wake();
    return RELAY_REST_MS[relayed];
  }
}
