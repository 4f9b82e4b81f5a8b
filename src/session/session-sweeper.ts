import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Store, type Run } from '../database/store.js';
import { METRICS } from '../metrics/metrics.js';
import { counted } from './counted-endings.js';
import * as sql from './session-sweeps.js';

const PAUSE_MS = 10_000;
const BATCH = 500;

/** Where a walk along the primary key stands: the last key seen. */
type Place = readonly [userId: string, id: string];
const START: Place = ['00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000'];

/** Removes rows that the check calls dead already: in small batches, one node at a time, off the request path. */
@Injectable()
export class SessionSweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(SessionSweeper.name);
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;
  private isStopping = false;
  private place: Place = START;

  constructor(private readonly store: Store) {}

  onApplicationBootstrap(): void {
    this.timer = setTimeout(() => void this.sweepAndWait(), PAUSE_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await this.sweeping;
  }

  /** One full round: what is past its lifetime, then everything idle or ended with its application. Answers how many rows went. */
  async sweep(): Promise<number> {
    let removed = 0;
    let count: number | undefined;
    do {
      count = await this.batch(expiredBatch);
      removed += count ?? 0;
    } while (count === BATCH && !this.isStopping);
    do {
      count = await this.batch((run) => this.walkOn(run));
      removed += count ?? 0;
    } while (count !== undefined && this.place !== START && !this.isStopping);
    await this.measureLag();
    return removed;
  }

  private async sweepAndWait(): Promise<void> {
    this.sweeping = this.sweep().then(
      (removed) => void (removed > 0 && this.logger.log(`${removed} expired sessions swept`)),
      (error: Error) => this.logger.warn(`sweep put off: ${error.message}`),
    );
    await this.sweeping;
    if (!this.isStopping) this.timer = setTimeout(() => void this.sweepAndWait(), PAUSE_MS).unref();
  }

  // The lock lasts as long as the batch: whoever holds it sweeps; undefined tells the others to come back later.
  private batch(work: (run: Run) => Promise<number>): Promise<number | undefined> {
    return this.store.transaction(async ({ run }) => {
      const [row] = await run(sql.TAKE_TURN, []);
      return row![0] === 't' ? work(run) : undefined;
    });
  }

  private async walkOn(run: Run): Promise<number> {
    const [last] = await run(sql.SLICE_END, [...this.place, BATCH * 10]);
    const end = last as [string, string] | undefined;
    const slice = [...this.place, ...(end ?? [null, null])];
    const loggedOut = await counted('application_logout', run, run(sql.SWEEP_LOGGED_OUT, slice));
    const idle = await counted('idle', run, run(sql.SWEEP_IDLE, slice));
    this.place = end ?? START;
    return loggedOut + idle;
  }

  private async measureLag(): Promise<void> {
    const [row] = await this.store.run(sql.LAG, []);
    METRICS.sweeperLagSeconds.set(Number(row![0]));
  }
}

const expiredBatch = (run: Run): Promise<number> => counted('expired', run, run(sql.SWEEP_EXPIRED, [BATCH]));
