import { Injectable } from '@nestjs/common';
import { NoPrimary } from '../database/no-primary.js';
import { Store } from '../database/store.js';
import { isStoreOutage } from '../errors/store-outage.js';

/** Whether a node wants requests, and for operators why not. */
export interface State {
  status: 'ready' | 'draining' | 'store_unavailable' | 'store_unsafe';
  detail?: string;
}

/** Whether this node wants requests: not while it drains, while the store is away, or while it could forget a logout. */
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

  /** Asks the store, on the primary. Names neither servers nor users: the route is open, the log says more. */
  async state(): Promise<State> {
    if (this.isDraining) return { status: 'draining', detail: 'It finishes what it accepted, and takes no more.' };
    try {
      const fault = await this.store.fault();
      return fault === undefined ? { status: 'ready' } : { status: 'store_unsafe', detail: `PostgreSQL ${fault}.` };
    } catch (error) {
      if (!isStoreOutage(error)) throw error;
      const detail =
        error instanceof NoPrimary ? 'No primary is found that could be asked.' : 'PostgreSQL does not answer.';
      return { status: 'store_unavailable', detail };
    }
  }
}
