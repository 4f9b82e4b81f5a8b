import { Injectable } from '@nestjs/common';
import { NoPrimary } from '../database/no-primary.js';
import { SharedStatement } from '../database/shared-statement.js';
import { Store } from '../database/store.js';
import { DomainError } from '../errors/domain.error.js';
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
  /** Who asks at the same moment shares a statement: the route is open to anybody, and must cost checks nothing. */
  private readonly faults: SharedStatement<undefined, string | undefined>;

  constructor(store: Store) {
    const faultsOf = async (asked: undefined[]): Promise<(string | undefined)[]> => {
      const fault = await store.fault();
      return asked.map(() => fault);
    };
    this.faults = new SharedStatement(faultsOf, { inFlight: 1, size: 1_000, patienceMs: 1_500 });
  }

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
      const fault = await this.faults.ask(undefined);
      return fault === undefined ? { status: 'ready' } : { status: 'store_unsafe', detail: `PostgreSQL ${fault}.` };
    } catch (error) {
      if (!(error instanceof DomainError) && !isStoreOutage(error)) throw error;
      return { status: 'store_unavailable', detail: awayBecause(error) };
    }
  }
}

function awayBecause(error: unknown): string {
  return error instanceof NoPrimary ? 'No primary is found that could be asked.' : 'PostgreSQL does not answer.';
}
