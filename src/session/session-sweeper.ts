import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Rounds } from '../database/rounds.js';
import { Store, type Run, type TextRow } from '../database/store.js';
import { METRICS } from '../metrics/metrics.js';
import { counted } from './counted-endings.js';
import { arrayOf } from './session-checks.js';
import * as sql from './session-sweeps.js';

const PAUSE_MS = 10_000;
const SWEEP = { name: 'sweep', done: 'expired sessions swept', pauseMs: PAUSE_MS };
/** Rows that go in one transaction, and rows that are looked at in one: both take a few milliseconds. */
const BATCH = 200;
const SLICE = 1_000;
/** Of the time, by all nodes together: for taking rows away, and for looking where none is dead. */
const REMOVING_SHARE = 0.2;
const LOOKING_SHARE = 0.1;

/** Where a walk along the primary key stands: the last key seen. */
type Place = readonly [userId: string, id: string];
const START: Place = ['00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000'];
const EVER = '-infinity';
/** What a walk finds dead, beside what the index leads to. */
const WALKED = ['idle', 'application_logout', 'expired'] as const;

/** What a transaction did, and where the next begins: kept once it is committed. */
interface Batch {
  readonly removed: number;
  readonly isLast: boolean;
  readonly place: Place;
  readonly expiredFrom: string;
}

/** Removes rows that the check calls dead already: a little at a time, one node at a time, off the request path. */
@Injectable()
export class SessionSweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly rounds = new Rounds(SessionSweeper.name, SWEEP, () => this.round());
  private place: Place = START;
  /** Nothing that expired before is left, but what the walk finds. */
  private expiredFrom = EVER;
  private lagMeasuredAt = 0;

  constructor(private readonly store: Store) {}

  onApplicationBootstrap(): void {
    this.rounds.begin();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }

  /**
   * One full round: everything idle or ended with its application, and at any time first what is past its lifetime.
   * Takes as long as the shares of the time allow. Answers how many rows went.
   */
  sweep(): Promise<number> {
    return this.rounds.run();
  }

  private async round(): Promise<number> {
    let removed = 0;
    let batch: Batch | undefined;
    do {
      batch = await this.rounds.dutyCycle.work(
        () => this.batch(),
        (done) => (done?.removed ? REMOVING_SHARE : LOOKING_SHARE),
      );
      if (batch) ({ place: this.place, expiredFrom: this.expiredFrom } = batch);
      removed += batch?.removed ?? 0;
      if (!batch || batch.isLast || performance.now() - this.lagMeasuredAt > PAUSE_MS) await this.measureLag();
    } while (batch && !batch.isLast);
    return removed;
  }

  // The lock lasts as long as the transaction, which rests before it works: so the nodes together keep to the share.
  // Undefined tells the others to come back later.
  private batch(): Promise<Batch | undefined> {
    return this.store.transaction(async ({ run }) => {
      const [row] = await run(sql.TAKE_TURN, []);
      if (row![0] !== 't') return undefined;
      await this.rounds.dutyCycle.rest();
      if (this.rounds.isStopping) return undefined;
      const expired = await this.takeExpired(run);
      return expired.removed === BATCH ? expired : this.walkOn(run, expired);
    });
  }

  private async takeExpired(run: Run): Promise<Batch> {
    const ending = run(sql.SWEEP_EXPIRED, [this.expiredFrom, BATCH]);
    const removed = await counted('expired', run, ending);
    const expiredFrom = (await ending)[0]?.[0] ?? this.expiredFrom;
    return { removed, isLast: false, place: this.place, expiredFrom };
  }

  private async walkOn(run: Run, expired: Batch): Promise<Batch> {
    const seen = await run(sql.LOOK, [...this.place, SLICE, BATCH]);
    const [userId, id, , isSliceEnd] = seen.at(-1) ?? [];
    const hasMore = seen.length === BATCH || isSliceEnd === 't';
    const isLeftBehind = seen.some(([, , cause]) => cause === 'overdue');
    let removed = 0;
    for (const cause of WALKED) removed += await this.endDead(cause, seen, run);
    return {
      removed: expired.removed + removed,
      isLast: !hasMore,
      place: hasMore ? [userId!, id!] : START,
      expiredFrom: isLeftBehind ? EVER : expired.expiredFrom,
    };
  }

  private async endDead(cause: (typeof WALKED)[number], seen: TextRow[], run: Run): Promise<number> {
    const dead = seen.filter(([, , itsCause]) => itsCause === cause);
    if (dead.length === 0) return 0;
    const keys = [arrayOf(dead.map(([userId]) => userId!)), arrayOf(dead.map(([, id]) => id!))];
    return counted(cause, run, run(sql.END_DEAD, [...keys, cause]));
  }

  private async measureLag(): Promise<void> {
    this.lagMeasuredAt = performance.now();
    const [row] = await this.store.run(sql.LAG, [this.expiredFrom]);
    METRICS.sweeperLagSeconds.set(Number(row![0]));
  }
}
