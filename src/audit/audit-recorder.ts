import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { BackgroundLoop } from '../database/background-loop.js';
import { BackgroundStore, type Sql } from '../database/background-store.js';
import { EventPosition } from '../event/event-position.js';
import { append, instantText, lockHead, type AuditDraft, type ChainHead } from './audit-chain.js';
import { AuditEvents, type EventBatch } from './audit-events.js';
import { countByHour } from './hourly-counts.js';
import { SELECTED_FACTS } from './noted-act.js';

/** Notes that become rows in one transaction: checks wait while they are hashed. */
const BATCH = 100;
const REST_MS = 500;

const IS_DUE = "(outcome is not null or occurred_at < now() - interval '1 minute')";
// Asked first, and by itself: where nothing is to be done, no transaction begins.
const LOOK = `
  select event_position as "eventPosition", exists (select from audit_inbox where ${IS_DUE}) as "isNoted" from audit_heads`;
// An act that nobody finished within a minute has lost its node.
const TAKE_NOTES = `
  delete from audit_inbox where id in (
    select id from audit_inbox where ${IS_DUE}
    order by occurred_at, id limit ${BATCH} for update skip locked
  )
  returning id as "noteId", ${instantText('occurred_at')} as "occurredAt", coalesce(outcome, 'unknown') as outcome,
            is_repeated as "isRepeated", details::text as details, null as "eventId", ${SELECTED_FACTS}`;
// By their requests, for which there is an index: however much was written since, and however long the store was away.
const KNOWN_NOTES = `
  select note_id as id from audit_log where request_id = any ($1) and note_id = any ($2) and outcome <> 'unknown'`;

interface Note extends AuditDraft {
  readonly isRepeated: boolean;
}

/** The one writer of the audit log: of all nodes one at a time, and each turn in one transaction, so that nothing is lost or written twice. */
@Injectable()
export class AuditRecorder implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop = new BackgroundLoop('audit: recording', () => this.recordAndRest());

  constructor(
    private readonly store: BackgroundStore,
    private readonly events: AuditEvents,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  /** What was noted and what happened since the last turn of any node, as far as one transaction takes it. True where more waits. */
  async record(): Promise<boolean> {
    const [look] = await this.store.run<{ eventPosition: string | null; isNoted: boolean }>(LOOK);
    const { eventPosition, isNoted } = look!;
    const happened = await this.events.read(eventPosition === null ? undefined : EventPosition.parse(eventPosition));
    if (!isNoted && happened.position === eventPosition) return false;
    return this.store.transaction(async (run) => {
      const head = await lockHead(run);
      // Another node's turn, now or since the position was read.
      if (!head || head.eventPosition !== eventPosition) return false;
      const taken = await run<Note>(TAKE_NOTES);
      const fresh = await withoutKnown(run, taken);
      await this.write(run, head, happened, fresh);
      return taken.length === BATCH || happened.hasMore;
    });
  }

  // Where much waits, three quarters of the time are left to checks, which the node serves besides.
  private async recordAndRest(): Promise<number> {
    const startedAt = performance.now();
    return (await this.record()) ? (performance.now() - startedAt) * 3 : REST_MS;
  }

  private async write(run: Sql, head: ChainHead, happened: EventBatch, notes: AuditDraft[]): Promise<void> {
    const events = await this.events.draftsOf(run, head, happened);
    const drafts = [...events, ...notes].toSorted((one, other) => (one.occurredAt < other.occurredAt ? -1 : 1));
    const { position: eventPosition } = happened;
    if (drafts.length === 0 && eventPosition === head.eventPosition) return;
    const knownEventId = await this.events.knownEventId(run, head, happened);
    await append(run, { ...head, eventPosition, knownEventId }, drafts);
    await countByHour(run, drafts);
  }
}

// Written again after an answer of the store was lost, a note may have been taken by an earlier turn.
async function withoutKnown(run: Sql, notes: Note[]): Promise<AuditDraft[]> {
  const repeated = notes.filter(({ isRepeated }) => isRepeated);
  if (repeated.length === 0) return notes;
  const rows = await run<{ id: string }>(KNOWN_NOTES, [
    repeated.map(({ requestId }) => requestId),
    repeated.map(({ noteId }) => noteId),
  ]);
  const known = new Set(rows.map(({ id }) => id));
  return notes.filter(({ noteId }) => !known.has(noteId!));
}
