import { Injectable } from '@nestjs/common';
import type { Sql } from '../database/background-store.js';
import { DomainError } from '../errors/domain.error.js';
import { EventLog } from '../event/event-log.js';
import { EventPosition } from '../event/event-position.js';
import type { LoggedEvent } from '../event/logged-event.js';
import type { AuditDraft, ChainHead } from './audit-chain.js';
import { draftOf, ownDraft } from './event-drafts.js';

/** Events that become rows in one transaction: checks wait while they are hashed. */
const PAGE = 100;
// By the range, since the index knows ranges alone.
const KNOWN = `
  select event_id as id from audit_log
  where event_id between (select min(id) from unnest($1::bigint[]) as id) and (select max(id) from unnest($1::bigint[]) as id)
    and event_id = any ($1)`;
const NEWEST = 'select last_value as id from session_events_id_seq';

/** Events behind a position of the event log, and where to go on. */
export interface EventBatch {
  readonly events: readonly LoggedEvent[];
  readonly position: string;
  readonly hasMore: boolean;
  /** Set where the position asked for was gone: then this is from the oldest event that is kept. */
  readonly lost?: EventPosition;
}

/** Reads the event log for the audit log; none is skipped, and where some are gone that is said in a row of its own. */
@Injectable()
export class AuditEvents {
  constructor(private readonly log: EventLog) {}

  /** The next events; from the oldest that is kept where nothing was read before, or where the place is gone. */
  async read(after: EventPosition | undefined): Promise<EventBatch> {
    try {
      const { events, next, hasMore } = await this.log.read(after ?? (await this.log.oldest()), PAGE);
      return { events, position: String(next), hasMore };
    } catch (error) {
      if (!after || !(error instanceof DomainError) || error.code !== 'CURSOR_GONE') throw error;
      return { events: [], position: String(await this.log.oldest()), hasMore: true, lost: after };
    }
  }

  /** The rows that a batch becomes: what is in the log already, since the order of events was made anew, is not written again. */
  async draftsOf(run: Sql, head: ChainHead, { events, lost, position }: EventBatch): Promise<AuditDraft[]> {
    if (lost) return [gapOf(head, lost, EventPosition.parse(position)!)];
    const asked = events.filter(({ event }) => BigInt(event.id) <= BigInt(head.knownEventId));
    if (asked.length === 0) return events.map(draftOf);
    const rows = await run<{ id: string }>(KNOWN, [asked.map(({ event }) => event.id)]);
    const known = new Set(rows.map(({ id }) => id));
    return events.filter(({ event }) => !known.has(event.id)).map(draftOf);
  }

  /** Up to which event the log may know some already. */
  async knownEventId(run: Sql, head: ChainHead, { lost }: EventBatch): Promise<string> {
    if (!lost) return head.knownEventId;
    const [newest] = await run<{ id: string }>(NEWEST);
    return newest!.id;
  }
}

function gapOf(head: ChainHead, lost: EventPosition, from: EventPosition): AuditDraft {
  const isPruned = lost.generation === from.generation;
  const missing = BigInt(from.id) - BigInt(lost.id);
  const why = isPruned ? { reason: 'pruned', eventsAtMost: String(missing) } : { reason: 'restored' };
  const details = { ...why, after: String(lost), from: String(from) };
  return ownDraft('audit.gap', head.recordedAt, details);
}
