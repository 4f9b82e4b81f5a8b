import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DomainError } from '../../errors/domain.error.js';
import { Readiness } from '../../health/readiness.js';
import { METRICS } from '../../metrics/metrics.js';
import { EventFeed } from './event-feed.js';
import type { EventStream } from './event-stream.js';
import type { Listener } from './listener.js';
import type { KeyClaim } from './listener-keys.js';

/** Who may listen to a node at the same time: all together, and with one key. */
export const LISTENERS = { ofANode: 2_000, ofAKey: 1_000 } as const;
const TICK_MS = 1_000;
const TICKS_OF_A_BEAT = 15;
/** How long streams outlast a store that does not answer. */
const AWAY_MS = 5_000;

/** Everyone who listens at this node: how many there may be, one heartbeat for all, and their end when the node stops. */
@Injectable()
export class EventListeners implements OnModuleDestroy {
  private readonly open = new Set<Listener>();
  private timer: NodeJS.Timeout | undefined;
  private ticks = 0;

  constructor(
    private readonly feed: EventFeed,
    private readonly readiness: Readiness,
  ) {
    readiness.onDrain(() => this.endAll());
  }

  onModuleDestroy(): void {
    this.endAll();
  }

  get isStopping(): boolean {
    return this.readiness.isDraining;
  }

  /** Refuses OVERLOADED and TOO_MANY_REQUESTS. */
  admit({ service }: KeyClaim): void {
    if (this.open.size >= LISTENERS.ofANode)
      throw new DomainError('OVERLOADED', 'Too many listen to this node already.', { retryAfterSeconds: 5 });
    let count = 0;
    for (const { claim } of this.open) if (claim.service.keyId === service.keyId) count++;
    if (count >= LISTENERS.ofAKey)
      throw new DomainError('TOO_MANY_REQUESTS', 'Too many listen with this key already.', { retryAfterSeconds: 5 });
  }

  add(listener: Listener): void {
    if (this.open.size === 0) this.feed.heardAt = performance.now();
    this.open.add(listener);
    METRICS.eventListeners.inc({ kind: listener.kind });
    this.timer ??= setInterval(() => this.tick(), TICK_MS).unref();
    void this.feed.follow(listener);
  }

  /** Its client is gone, or it is over. */
  remove(listener: Listener): void {
    if (!this.open.delete(listener)) return;
    METRICS.eventListeners.dec({ kind: listener.kind });
    this.feed.leave(listener);
    listener.end();
    if (this.open.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private tick(): void {
    const now = performance.now();
    const isAway = now - this.feed.heardAt > AWAY_MS;
    const isBeat = ++this.ticks % TICKS_OF_A_BEAT === 0;
    for (const listener of this.open)
      if (listener.kind === 'stream') this.look(listener as EventStream, now, isAway, isBeat);
  }

  private look(stream: EventStream, now: number, isAway: boolean, isBeat: boolean): void {
    if (isAway && stream.isReady)
      return stream.end(new DomainError('STORE_UNAVAILABLE', 'The session store does not answer. Come again.'));
    stream.cutIfStuck(now);
    if (isBeat) stream.beat();
    if (!stream.isReady) this.feed.leave(stream);
  }

  private endAll(): void {
    for (const listener of this.open) listener.end();
  }
}
