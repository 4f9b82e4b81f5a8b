import type { TextRow } from '../database/store.js';
import type { Deed } from '../session/deed.js';
import { instantOf } from '../session/instant.js';
import type { SessionPlace } from '../session/filtered-endings.js';
import type { EndedBy } from '../session/principal.js';

export const JOB_KINDS = ['end_sessions', 'delete_application'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/** What a job can be once it was confirmed. Nothing more is ended by one that is no longer running. */
export const JOB_STATUSES = ['running', 'stopped', 'done', 'failed'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** A job as it stood when it was read. Instants are RFC 3339. */
export interface Job {
  readonly id: string;
  readonly kind: JobKind;
  readonly status: JobStatus;
  /** As it was asked. */
  readonly filter: Record<string, unknown>;
  readonly target: Record<string, unknown>;
  readonly reason: string | null;
  readonly by: EndedBy;
  readonly total: number;
  readonly users: number;
  readonly done: number;
  readonly place: SessionPlace | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** How long it has been at work, or was, in seconds by the database's clock. */
  readonly seconds: number;
  readonly fault: string | null;
}

/** What a statement about jobs selects, for `jobOf`. */
export const JOB_COLUMNS = `
  id, kind, status, filter, target, reason, asked_by_user_id, asked_by_session_id, asked_by_key_id, total, users, done, place,
  started_at, ended_at, coalesce(extract(epoch from coalesce(ended_at, clock_timestamp()) - started_at), 0), fault`;

export function jobOf(row: TextRow): Job {
  const [id, kind, status, filter, target, reason, userId, sessionId, keyId, ...progress] = row as string[];
  const [total, users, done, place, startedAt, endedAt, seconds, fault] = progress as TextRow;
  return {
    id: id!,
    kind: kind as JobKind,
    status: status as JobStatus,
    filter: JSON.parse(filter!) as Job['filter'],
    target: JSON.parse(target!) as Job['target'],
    reason: reason!,
    by: keyId === null ? { userId: userId!, sessionId: sessionId! } : { keyId: keyId! },
    total: Number(total),
    users: Number(users),
    done: Number(done),
    place: place ? (JSON.parse(place) as SessionPlace) : null,
    startedAt: startedAt ? instantOf(startedAt) : null,
    endedAt: endedAt ? instantOf(endedAt) : null,
    seconds: Number(seconds),
    fault: fault!,
  };
}

/** What the events of a job's endings name. */
export function deedOf({ by, reason }: Job): Deed {
  return { by, reason };
}
