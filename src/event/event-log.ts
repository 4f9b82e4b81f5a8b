import { Injectable } from '@nestjs/common';
import { Store } from '../database/store.js';
import { DomainError } from '../errors/domain.error.js';
import { EventPosition } from './event-position.js';
import { ENDS, READ } from './event-statements.js';
import { loggedEvent, type LoggedEvent } from './logged-event.js';

/** Some of the log in its order, and where to go on: behind all of it, and behind what holds no event yet. */
export interface EventPage {
  readonly events: LoggedEvent[];
  readonly next: EventPosition;
  readonly hasMore: boolean;
}

/** What happened to sessions, of all applications, in one order that all readers see: none is lost, none comes late. */
@Injectable()
export class EventLog {
  constructor(private readonly store: Store) {}

  /**
   * At most `limit` events behind a position. Whoever goes on from `next` meets each event once. Refuses CURSOR_GONE for a
   * position behind which events have been pruned, or that this database never gave.
   */
  async read(after: EventPosition, limit: number): Promise<EventPage> {
    const rows = await this.store.run(READ, [after.transactionId, after.id, limit + 1]);
    const [generation, isPruned, isAhead, settled, , first] = rows[0]!;
    if (Number(generation) !== after.generation || isPruned === 't' || isAhead === 't') throw cursorGone();
    if (first === null) return { events: [], next: new EventPosition(after.generation, settled!, '0'), hasMore: false };
    const events = rows.slice(0, limit).map(loggedEvent);
    const hasMore = rows.length > limit;
    const next = hasMore ? events.at(-1)!.position : new EventPosition(after.generation, settled!, '0');
    return { events, next, hasMore };
  }

  /** Everything that is committed from now on comes behind it. */
  async latest(): Promise<EventPosition> {
    const [generation, , , settled] = await this.ends();
    return new EventPosition(Number(generation), settled!, '0');
  }

  /** Everything that is kept comes behind it. */
  async oldest(): Promise<EventPosition> {
    const [generation, transactionId, id] = await this.ends();
    return new EventPosition(Number(generation), transactionId!, id!);
  }

  private async ends(): Promise<(string | null)[]> {
    return (await this.store.run(ENDS, []))[0]!;
  }
}

/** What whoever comes with such a cursor is told. */
export function cursorGone(): DomainError {
  return new DomainError(
    'CURSOR_GONE',
    'Events behind this cursor are kept no longer, or this database never gave it. Start over with after=oldest, or without a cursor from now on.',
  );
}
