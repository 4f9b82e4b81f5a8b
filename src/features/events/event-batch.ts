import type { EventPage } from '../../event/event-log.js';
import type { EventPosition } from '../../event/event-position.js';
import type { LoggedEvent } from '../../event/logged-event.js';
import type { EventFilter } from './event-filter.js';

/** What one filter lets pass: the events, and their bytes on a stream. */
interface Passed {
  readonly events: LoggedEvent[];
  readonly bytes: Buffer;
}

/** A page on its way to many listeners: chosen and written down once for all whose filters are alike. */
export class EventBatch {
  private readonly frames = new Map<LoggedEvent, string>();
  private readonly passed = new Map<string, Passed>();

  constructor(private readonly page: EventPage) {}

  get next(): EventPosition {
    return this.page.next;
  }

  get hasMore(): boolean {
    return this.page.hasMore;
  }

  get isEmpty(): boolean {
    return this.page.events.length === 0;
  }

  through(filter: EventFilter): Passed {
    let passed = this.passed.get(filter.name);
    if (!passed) {
      const events = this.page.events.filter((event) => filter.passes(event));
      passed = { events, bytes: Buffer.from(events.map((event) => this.frameOf(event)).join('')) };
      this.passed.set(filter.name, passed);
    }
    return passed;
  }

  /** What of it stands behind a position. */
  behind(position: EventPosition): EventBatch {
    const events = this.page.events.filter((event) => position.isBefore(event.position));
    if (events.length === this.page.events.length) return this;
    return new EventBatch({ ...this.page, events });
  }

  // HTML Living Standard §9.2.6. JSON has no line breaks of its own.
  private frameOf(logged: LoggedEvent): string {
    let frame = this.frames.get(logged);
    if (frame === undefined) {
      const { position, event } = logged;
      frame = `id: ${String(position)}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
      this.frames.set(logged, frame);
    }
    return frame;
  }
}
