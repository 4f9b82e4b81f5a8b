import { createHash } from 'node:crypto';
import type { Sql } from '../database/background-store.js';
import {
  DECLARED_FACTS,
  FACT_COLUMNS,
  FACTS,
  GIVEN_FACTS,
  SELECTED_FACTS,
  type ActFacts,
  type Outcome,
} from './noted-act.js';

/** A row of the log before it has its place in it. Instants are text with microseconds, `details` is JSON text. */
export interface AuditDraft extends ActFacts {
  readonly occurredAt: string;
  readonly outcome: Outcome;
  readonly details: string;
  readonly noteId: string | null;
  readonly eventId: string | null;
}

/** A row of the log; hashes are hexadecimal. */
export interface ChainedEntry extends AuditDraft {
  readonly number: string;
  readonly recordedAt: string;
  readonly previousHash: string;
  readonly hash: string;
}

/** The last row of the log, and up to where events have become rows. */
export interface ChainHead {
  readonly number: string;
  readonly hash: string;
  /** When the next row is written: never before the last one. */
  readonly recordedAt: string;
  readonly eventPosition: string | null;
  readonly knownEventId: string;
}

/** An instant as text that says the same whoever reads it. */
export const instantText = (sql: string): string =>
  `to_char(${sql} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

// The lock first, and by itself: a statement that read the head beside it would see it as it was before the lock was had.
const TAKE_TURN = 'select pg_try_advisory_xact_lock(6091743) as "isOurs"';
const WAIT_FOR_TURN = 'select pg_advisory_xact_lock(6091743), true as "isOurs"';
const HEAD = `
  select number, encode(hash, 'hex') as hash, ${instantText('greatest(recorded_at, clock_timestamp())')} as "recordedAt",
         event_position as "eventPosition", known_event_id as "knownEventId"
  from audit_heads for update`;
const INSERT = `
  insert into audit_log (number, recorded_at, occurred_at, outcome, details, note_id, event_id, previous_hash, hash, ${FACT_COLUMNS})
  select given.number, given."recordedAt", given."occurredAt", given.outcome, given.details::json, given."noteId", given."eventId",
         decode(given."previousHash", 'hex'), decode(given.hash, 'hex'), ${GIVEN_FACTS}
  from json_to_recordset($1::json) as given (
    number bigint, "recordedAt" timestamptz, "occurredAt" timestamptz, outcome text, details text, "noteId" uuid,
    "eventId" bigint, "previousHash" text, hash text, ${DECLARED_FACTS}
  )`;
const MOVE_HEAD = `
  update audit_heads set number = $1, hash = decode($2, 'hex'), recorded_at = $3, event_position = $4, known_event_id = $5`;

/** Rows of the log as they were written, text for text. */
export const SELECT_ENTRIES = `
  select number, ${instantText('recorded_at')} as "recordedAt", ${instantText('occurred_at')} as "occurredAt", outcome,
         details::text as details, note_id as "noteId", event_id as "eventId",
         encode(previous_hash, 'hex') as "previousHash", encode(hash, 'hex') as hash, ${SELECTED_FACTS}
  from audit_log`;

/** The right to append, until the transaction ends; undefined where another node has it and `waits` is not set. */
export async function lockHead(run: Sql, waits = false): Promise<ChainHead | undefined> {
  const [turn] = await run<{ isOurs: boolean }>(waits ? WAIT_FOR_TURN : TAKE_TURN);
  if (!turn!.isOurs) return undefined;
  const [head] = await run<ChainHead>(HEAD);
  return head!;
}

/** Appends rows behind the head, in the same transaction that has locked it, and moves it. */
export async function append(run: Sql, head: ChainHead, drafts: readonly AuditDraft[]): Promise<ChainHead> {
  let { number, hash } = head;
  const entries = drafts.map((draft) => {
    const previousHash = hash;
    number = String(BigInt(number) + 1n);
    hash = hashOf(previousHash, { ...draft, recordedAt: head.recordedAt });
    return { ...draft, number, recordedAt: head.recordedAt, previousHash, hash };
  });
  if (entries.length > 0) await run(INSERT, [JSON.stringify(entries)]);
  await run(MOVE_HEAD, [number, hash, head.recordedAt, head.eventPosition, head.knownEventId]);
  return { ...head, number, hash };
}

/**
 * SHA-256 of the hash before it and the row, in hexadecimal. The row is a JSON array in this order, without its number: what
 * place it has, the chain proves.
 */
export function hashOf(previousHash: string, entry: Omit<ChainedEntry, 'number' | 'previousHash' | 'hash'>): string {
  const { recordedAt, occurredAt, outcome, details, noteId, eventId } = entry;
  const facts = FACTS.map(([fact]) => entry[fact]);
  const row = JSON.stringify([recordedAt, occurredAt, outcome, ...facts, details, noteId, eventId]);
  return createHash('sha256').update(Buffer.from(previousHash, 'hex')).update(row).digest('hex');
}
