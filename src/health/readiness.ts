import { Injectable } from '@nestjs/common';
import { Store } from '../database/store.js';
import { isStoreOutage } from '../errors/store-outage.js';

/** Whether this node wants requests: not while it drains, and not while the store is away. */
@Injectable()
export class Readiness {
  isDraining = false;

  constructor(private readonly store: Store) {}

  drain(): void {
    this.isDraining = true;
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
