import { Injectable } from '@nestjs/common';
import { Store } from '../database/store.js';
import { isStoreOutage } from '../errors/store-outage.js';

/** Whether this node wants requests: not while it drains, and not while the store is away. */
@Injectable()
export class Readiness {
  isDraining = false;
  private readonly leaving: (() => void)[] = [];

  constructor(private readonly store: Store) {}

  drain(): void {
    this.isDraining = true;
    for (const leave of this.leaving) leave();
  }

  /** What is open for long and would keep the node from ending is told as soon as it drains. */
  onDrain(leave: () => void): void {
    this.leaving.push(leave);
  }

  async state(): Promise<'ready' | 'draining' | 'store_unavailable'> {
    if (this.isDraining) return 'draining';
    return this.store.ping().then(
      () => 'ready' as const,
      (error: unknown) => {
        if (isStoreOutage(error)) return 'store_unavailable' as const;
        throw error;
      },
    );
  }
}
