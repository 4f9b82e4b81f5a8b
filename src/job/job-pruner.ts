import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Rounds } from '../database/rounds.js';
import { Store } from '../database/store.js';
import { PRUNE } from './job-statements.js';

const PRUNING = { name: 'pruning of jobs', done: 'jobs pruned', pauseMs: 60_000 };

/** Removes jobs that are as old as the oldest events, and proposals that nobody confirmed. */
@Injectable()
export class JobPruner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly rounds = new Rounds(JobPruner.name, PRUNING, async () => {
    return (await this.store.run(PRUNE, [this.retentionMs])).length;
  });

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

  /** One round. Answers how many went. */
  prune(): Promise<number> {
    return this.rounds.run();
  }
}
