import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import pLimit from 'p-limit';
import { setTimeout as pause } from 'node:timers/promises';
import { EventLog } from '../../event/event-log.js';
import type { EventPosition } from '../../event/event-position.js';
import { METRICS } from '../../metrics/metrics.js';
import { EventBatch } from './event-batch.js';
import type { Listener } from './listener.js';
import { ListenerKeys } from './listener-keys.js';
import { ListenerRefusals } from './listener-refusals.js';

const LOOK_MS = 50;
/** Telling many listeners takes at most a fifth of the time, as long as they are told soon enough. */
const REST_FACTOR = 4;
const LONGEST_REST_MS = 150;
const PAGE = 500;
/** Of those who are behind: what one of them may be holding, and how many are read for at a time. */
const CATCH_UP_PAGE = 100;
const CATCH_UPS = 4;
const RETRY_MS = 500;
/** Keys are asked for before events are told, and this often where there are none. */
const JUDGE_MS = 700;

/** Reads the log once for all who listen at this node. Whoever is behind catches up by pages of its own, then follows. */
@Injectable()
export class EventFeed implements OnModuleDestroy {
  /** When the log, or the store for the keys, last answered. */
  heardAt = 0;
  private readonly following = new Set<Listener>();
  private readonly catching = new Set<Listener>();
  private readonly catchingUp = pLimit(CATCH_UPS);
  private position: EventPosition | undefined;
  private judgedAt = 0;
  private isStopped = false;

  constructor(
    private readonly log: EventLog,
    private readonly keys: ListenerKeys,
    private readonly refusals: ListenerRefusals,
  ) {}

  onModuleDestroy(): void {
    this.isStopped = true;
  }

  /** Tells a listener everything behind its position, until it is over or its client stops reading. */
  async follow(listener: Listener): Promise<void> {
    this.leave(listener);
    // It stopped reading and went on while a page was read for it: told by two, it would hear everything twice.
    if (this.catching.has(listener)) return;
    this.catching.add(listener);
    while (listener.isReady && !this.isStopped) {
      try {
        if (await this.catchUp(listener)) return;
      } catch (error) {
        this.refusals.interrupt([listener], error);
        await pause(RETRY_MS);
      }
    }
    this.catching.delete(listener);
    if (this.isStopped) listener.end();
  }

  /** Tells it nothing more. */
  leave(listener: Listener): void {
    this.following.delete(listener);
  }

  // True where the feed tells it the rest.
  private async catchUp(listener: Listener): Promise<boolean> {
    const page = await this.catchingUp(() => this.log.read(listener.position, CATCH_UP_PAGE));
    await this.endDead([listener]);
    if (!listener.isReady) return false;
    listener.take(new EventBatch(page));
    // The feed may have read on meanwhile.
    const isBehindFeed = this.position !== undefined && listener.position.isBefore(this.position);
    if (page.hasMore || (page.events.length > 0 && isBehindFeed)) return false;
    listener.reachTip();
    if (!listener.isReady) return false;
    this.attach(listener);
    return true;
  }

  // No follower may stand before the feed. Where one does though it found nothing more, the feed goes back to it: it read on
  // meanwhile, or began at the cursor of a client, and that may name a place at which no event ever stood.
  private attach(listener: Listener): void {
    this.catching.delete(listener);
    this.following.add(listener);
    const isRunning = this.position !== undefined;
    if (!this.position || listener.position.isBefore(this.position)) this.position = listener.position;
    if (!isRunning) void this.run();
  }

  private async run(): Promise<void> {
    while (this.following.size > 0 && !this.isStopped) {
      const restMs = await this.round().catch((error: unknown) => {
        this.refusals.interrupt(this.following, error);
        return RETRY_MS;
      });
      if (restMs > 0) await pause(restMs);
    }
    this.position = undefined;
  }

  private async round(): Promise<number> {
    const from = this.position!;
    const page = await this.log.read(from, PAGE);
    const audience = new Set(this.following);
    const isToBeTold = page.events.length > 0;
    if (isToBeTold || performance.now() - this.judgedAt > JUDGE_MS) {
      await this.endDead(audience);
      this.judgedAt = performance.now();
    }
    const startedAt = performance.now();
    this.deliver(from, new EventBatch(page), audience);
    // Whoever came after the keys were asked for: its key was not among them.
    if (isToBeTold) for (const late of this.following) if (!audience.has(late)) void this.follow(late);
    if (this.position === from) this.position = page.next;
    for (const { ageSeconds } of page.events) METRICS.eventLagSeconds.observe(ageSeconds);
    if (page.hasMore) return 0;
    return Math.max(LOOK_MS, Math.min(LONGEST_REST_MS, REST_FACTOR * (performance.now() - startedAt)));
  }

  private deliver(from: EventPosition, batch: EventBatch, audience: Set<Listener>): void {
    for (const listener of audience) {
      if (!listener.isReady) this.leave(listener);
      if (!this.following.has(listener)) continue;
      if (listener.position === from) listener.take(batch);
      // It came while this was read, and may have read further by itself; the feed has gone back to one that stands before.
      else if (!listener.position.isBefore(from) && !batch.next.isBefore(listener.position))
        listener.take(batch.behind(listener.position));
      if (!listener.isReady) this.leave(listener);
    }
  }

  // Asked for after the events were read, and before they are told: none reaches a key that had ended by then.
  private async endDead(listeners: Iterable<Listener>): Promise<void> {
    const audience = [...listeners];
    const dead = await this.keys.findDead(audience.map(({ claim }) => claim));
    this.heardAt = performance.now();
    if (dead.size === 0) return;
    for (const listener of audience) if (dead.has(listener.claim.name)) listener.end(this.refusals.keyEnded());
  }
}
