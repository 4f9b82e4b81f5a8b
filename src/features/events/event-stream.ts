import type { ServerResponse } from 'node:http';
import type { EventPosition } from '../../event/event-position.js';
import type { DomainError } from '../../errors/domain.error.js';
import { METRICS } from '../../metrics/metrics.js';
import type { EventBatch } from './event-batch.js';
import type { EventFilter } from './event-filter.js';
import type { Listener } from './listener.js';
import type { KeyClaim } from './listener-keys.js';

/** After how long a client comes again that lost its stream. */
const RETRY_MS = 2_000;
/** How long a client may take to read why its stream ends. */
const LAST_WORDS_MS = 1_000;
/** A client that reads nothing for that long is cut: it comes again with its cursor. */
const LONGEST_BLOCK_MS = 30_000;

/** Server-sent events on one connection. What its client does not read in time is not kept for it: it is read again from the log. */
export class EventStream implements Listener {
  readonly kind = 'stream';
  private isOver = false;
  private blockedAt: number | undefined;

  /** `onRead` is told when a client that had stopped reading has read everything. */
  constructor(
    private readonly raw: ServerResponse,
    readonly claim: KeyClaim,
    readonly filter: EventFilter,
    public position: EventPosition,
    onRead: (stream: EventStream) => void,
  ) {
    raw.on('drain', () => {
      if (this.blockedAt === undefined) return;
      this.blockedAt = undefined;
      onRead(this);
    });
    // A cursor from the start: whoever is cut off before the first event misses none.
    this.write(`retry: ${RETRY_MS}\nid: ${String(position)}\n\n`);
  }

  get isReady(): boolean {
    return !this.isOver && this.blockedAt === undefined;
  }

  take(batch: EventBatch): void {
    this.position = batch.next;
    if (batch.isEmpty) return;
    const { events, bytes } = batch.through(this.filter);
    if (events.length === 0) return;
    METRICS.eventsDelivered.inc({ kind: this.kind }, events.length);
    this.write(bytes);
  }

  reachTip(): void {
    // A stream stays.
  }

  interrupt(): void {
    // A stream waits.
  }

  /** Keeps the way open, and moves the client's cursor where nothing passed its filter for long. */
  beat(): void {
    if (this.isReady) this.write(`: still here\nid: ${String(this.position)}\n\n`);
  }

  cutIfStuck(now: number): void {
    if (this.blockedAt !== undefined && now - this.blockedAt > LONGEST_BLOCK_MS) this.raw.destroy();
  }

  end(refusal?: DomainError): void {
    if (this.isOver) return;
    this.isOver = true;
    const isStuck = this.blockedAt !== undefined;
    if (isStuck) return void this.raw.destroy();
    this.raw.end(`: ${refusal?.message ?? 'This node stops. Come again.'}\n\n`);
    // A client that reads nothing would keep a node that stops from ending.
    setTimeout(() => this.raw.destroy(), LAST_WORDS_MS).unref();
  }

  private write(bytes: Buffer | string): void {
    if (!this.raw.write(bytes)) this.blockedAt = performance.now();
  }
}
