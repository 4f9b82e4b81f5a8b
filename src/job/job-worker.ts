import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Rounds } from '../database/rounds.js';
import { Store, type Run } from '../database/store.js';
import { isStoreOutage } from '../errors/store-outage.js';
import { jobOf, type Job } from './job.js';
import * as sql from './job-statements.js';
import { JobWorks } from './job-works.js';

const WORK = { name: 'work on jobs', done: 'ended or deleted by jobs', pauseMs: 1_000 };
/** Of the time, by all nodes together. */
const SHARE = 0.2;

/** Carries confirmed jobs on: a batch at a time, one node at a time, off the request path. Where a node dies, another goes on. */
@Injectable()
export class JobWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(JobWorker.name);
  private readonly rounds = new Rounds(JobWorker.name, WORK, () => this.round());
  private working: Promise<number> | undefined;
  private current: Job | undefined;

  constructor(
    private readonly store: Store,
    private readonly works: JobWorks,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.begin();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }

  /** Begins at once with what was just confirmed, unless this node is at work already. */
  wake(): void {
    if (this.working || this.rounds.isStopping) return;
    this.rounds.run().catch((error: Error) => this.logger.warn(`${WORK.name} put off: ${error.message}`));
  }

  /** Until nothing is left to do, or another node is at it. Answers how much was done. */
  private round(): Promise<number> {
    this.working ??= this.work().finally(() => (this.working = undefined));
    return this.working;
  }

  private async work(): Promise<number> {
    let sum = 0;
    while (!this.rounds.isStopping && (await this.store.run(sql.IS_WAITING, [])).length > 0) {
      const done = await this.rounds.dutyCycle.work(
        () => this.batch().catch((error: Error) => this.giveUp(error)),
        () => SHARE,
      );
      if (done === undefined) break;
      sum += done;
    }
    return sum;
  }

  // Rests before it works, and searches before it holds anything: until then the transaction has no id, and holds back no
  // event. Undefined where another node has the turn.
  private batch(): Promise<number | undefined> {
    this.current = undefined;
    return this.store.transaction(async ({ run }) => {
      const [turn] = await run(sql.TAKE_TURN, []);
      if (turn![0] !== 't') return undefined;
      await this.rounds.dutyCycle.rest();
      if (this.rounds.isStopping) return undefined;
      const [row] = await run(sql.NEXT, []);
      return row ? this.carryOn((this.current = jobOf(row)), run) : 0;
    });
  }

  private async carryOn(job: Job, run: Run): Promise<number> {
    const work = this.works.of(job.kind);
    const found = await work.find(job, run);
    const held = await run(sql.HOLD, [job.id]);
    if (held.length === 0) return 0;
    const { done, place, isLast } = await work.take(job, found, run);
    await run(sql.ADVANCE, [job.id, done, JSON.stringify(place), isLast]);
    return done;
  }

  /** A store that is away, or a row that somebody holds, is waited for; whatever else stops a batch would stop it again. */
  private async giveUp(error: Error): Promise<never> {
    const { current } = this;
    if (current && isStoreOutage(error)) await this.putOff(current);
    else if (current) {
      this.logger.error(`Job ${current.id} failed: ${error.message}`, error.stack);
      await this.store.run(sql.FAIL, [current.id, 'A batch failed; the log of the node tells why.']);
    }
    throw error;
  }

  // Where the store is away, the row cannot say so, and need not.
  private async putOff({ id }: Job): Promise<void> {
    await this.store.run(sql.PUT_OFF, [id]).catch(() => {});
  }
}
