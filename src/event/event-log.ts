import { Injectable } from '@nestjs/common';
import { Store, type Statement } from '../database/store.js';
import { DomainError } from '../errors/domain.error.js';
import { EventPosition } from './event-position.js';
import { LATEST, OLDEST, READ } from './event-statements.js';
import { loggedEvent, type LoggedEvent } from './logged-event.js';

/**
 * Some of the log in its order, and where to go on: behind the last of it, or where it began. Never further: the id of a
 * transaction that left no trace may be given again after a crash of the database, and with it a place in the order.
 */
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
    const [generation, isPruned, isAhead, , first] = rows[0]!;
    if (Number(generation) !== after.generation || isPruned === 't' || isAhead === 't') throw cursorGone();
    if (first === null) return { events: [], next: after, hasMore: false };
    const events = rows.slice(0, limit).map(loggedEvent);
    return { events, next: events.at(-1)!.position, hasMore: rows.length > limit };
  }

  /** Everything that is committed from now on comes behind it. */
  latest(): Promise<EventPosition> {
    return this.positionBy(LATEST);
  }

  /** Everything that is kept comes behind it. */
  oldest(): Promise<EventPosition> {
    return this.positionBy(OLDEST);
  }

  private async positionBy(statement: Statement): Promise<EventPosition> {
    const [[generation, transactionId, id]] = (await this.store.run(statement, [])) as [string[]];
    return new EventPosition(Number(generation), transactionId!, id!);
  }
}

/** What whoever comes with such a cursor is told. */
export function cursorGone(): DomainError {
  return new DomainError(
    'CURSOR_GONE',
    'Events behind this cursor are kept no longer, or this database never gave it. Start over with after=oldest, or without a cursor from now on.',
  );
}
