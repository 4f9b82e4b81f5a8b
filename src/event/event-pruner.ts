import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Rounds } from '../database/rounds.js';
import { Store } from '../database/store.js';
import { PRUNE, TAKE_TURN } from './event-pruning.js';

const PRUNING = { name: 'pruning of events', done: 'events pruned', pauseMs: 60_000 };
/** Rows that go in one transaction, and the share of the time that all nodes together spend on it. */
const BATCH = 200;
const SHARE = 0.2;

/** Removes events that were kept for long enough: oldest first, a little at a time, one node at a time, off the request path. */
@Injectable()
export class EventPruner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly rounds = new Rounds(EventPruner.name, PRUNING, () => this.round());

  constructor(
    private readonly store: Store,
    private readonly retentionMs: number,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.begin();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }

  /** One full round. Answers how many events went. */
  prune(): Promise<number> {
    return this.rounds.run();
  }

  private async round(): Promise<number> {
    let sum = 0;
    for (;;) {
      const removed = await this.rounds.dutyCycle.work(
        () => this.batch(),
        () => SHARE,
      );
      sum += removed;
      if (removed < BATCH) return sum;
    }
  }

  // Rests before it works, as the sweeper does, and for the same reason: the nodes together keep to the share.
  private batch(): Promise<number> {
    return this.store.transaction(async ({ run }) => {
      const [[isOurs, transactionId, id]] = (await run(TAKE_TURN, [])) as [string[]];
      if (isOurs !== 't') return 0;
      await this.rounds.dutyCycle.rest();
      if (this.rounds.isStopping) return 0;
      const [row] = await run(PRUNE, [transactionId, id, BATCH, this.retentionMs]);
      return Number(row?.[0] ?? 0);
    });
  }
}
