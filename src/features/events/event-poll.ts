import type { EventPosition } from '../../event/event-position.js';
import type { LoggedEvent } from '../../event/logged-event.js';
import type { DomainError } from '../../errors/domain.error.js';
import { METRICS } from '../../metrics/metrics.js';
import type { EventBatch } from './event-batch.js';
import type { EventFilter } from './event-filter.js';
import type { Listener } from './listener.js';
import type { KeyClaim } from './listener-keys.js';

/** What a poll answers. */
export interface Polled {
  readonly events: LoggedEvent[];
  readonly next: EventPosition;
  readonly hasMore: boolean;
}

/** How much a poll takes at most, and how long it waits while there is nothing. */
export interface Patience {
  readonly limit: number;
  readonly waitMs: number;
}

/** Pages without an event that passes, after which a poll answers all the same: a sparse filter scans no log from end to end. */
const PAGES = 50;

/** A poll: over with the first events that pass, or when its time is. */
export class EventPoll implements Listener {
  readonly kind = 'poll';
  readonly answer: Promise<Polled>;
  isReady = true;
  private resolve!: (polled: Polled) => void;
  private reject!: (refusal: DomainError) => void;
  private readonly timer: NodeJS.Timeout;
  private pages = 0;

  constructor(
    readonly claim: KeyClaim,
    readonly filter: EventFilter,
    public position: EventPosition,
    private readonly patience: Patience,
  ) {
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.timer = setTimeout(() => this.settle([], false), patience.waitMs);
    // Where nothing is waited for, the timer must not be quicker than the first look.
    if (patience.waitMs === 0) clearTimeout(this.timer);
  }

  take(batch: EventBatch): void {
    const { events } = batch.through(this.filter);
    const taken = events.slice(0, this.patience.limit);
    const isAll = taken.length === events.length;
    this.position = isAll ? batch.next : taken.at(-1)!.position;
    this.pages += 1;
    const isTired = batch.hasMore && this.pages >= PAGES;
    if (taken.length > 0 || isTired) this.settle(taken, !isAll || batch.hasMore);
  }

  reachTip(): void {
    if (this.patience.waitMs === 0) this.settle([], false);
  }

  interrupt(refusal: DomainError): void {
    this.end(refusal);
  }

  end(refusal?: DomainError): void {
    if (!refusal) return this.settle([], false);
    this.isReady = false;
    clearTimeout(this.timer);
    this.reject(refusal);
  }

  private settle(events: LoggedEvent[], hasMore: boolean): void {
    if (!this.isReady) return;
    this.isReady = false;
    clearTimeout(this.timer);
    METRICS.eventsDelivered.inc({ kind: this.kind }, events.length);
    this.resolve({ events, next: this.position, hasMore });
  }
}
