import { PLANS_BY_INDEX } from '../database/plans.js';
import type { Statement } from '../database/store.js';
import { conditionOf, type SessionFilter } from './session-filter.js';
import type { EndedSession } from './session-facts.js';
import { DELETE_FOUND, foundToEnd, IS_LIVE } from './session-statements.js';

// Composed for the filter at hand and planned for its values, so without a name.

/** Live sessions that a filter names, of those that had started by an instant (database text): what starts later is none of them. */
export interface FilteredSessions {
  readonly filter: SessionFilter;
  readonly startedBy: string;
}

/** Where a walk from the newest to the oldest stands: the last session seen. `startedAt` is database text. */
export interface SessionPlace {
  readonly startedAt: string;
  readonly id: string;
}

/** A session that a search found, and where the next begins. */
export interface FoundSession extends EndedSession {
  readonly place: SessionPlace;
}

/** How long a search may take that no row waits for. */
const SEARCH_MS = 20_000;

/** What follows in this transaction may search for long, and read no more than an index leads to. */
export const ALLOW_SEARCH: Statement = {
  name: 'session-allow-search',
  text: `select set_config('statement_timeout', '${SEARCH_MS}', true), set_config('jit', 'off', true)`,
};

/** From here on rows are held: as long as usual and no longer, and found by their keys alone. */
export const HOLD_BY_KEY: Statement = {
  name: 'session-hold-by-key',
  text: `select set_config('statement_timeout', '3000', true), ${PLANS_BY_INDEX}`,
};

function asked(text: string): Statement {
  return { name: '', text, patienceMs: SEARCH_MS + 500 };
}

function isMeant({ filter, startedBy }: FilteredSessions, values: unknown[]): string {
  const condition = conditionOf(filter, values);
  return `${condition} and sessions.created_at <= $${values.push(startedBy)}::timestamptz and ${IS_LIVE}`;
}

/** How many, of how many users, and whether this one is among them. */
export function countOf(meant: FilteredSessions, own: string | null, values: unknown[]): Statement {
  const place = values.push(own);
  return asked(`
    select coalesce(sum(owned.count), 0), count(*), coalesce(bool_or(owned.is_own), false)
    from (
      select count(*) as count, bool_or(sessions.id = $${place}::uuid) as is_own
      from sessions where ${isMeant(meant, values)} group by sessions.user_id
    ) as owned`);
}

/** The newest of them, with the names of their users. */
export function sampleOf(meant: FilteredSessions, limit: number, values: unknown[]): Statement {
  return asked(`
    select sessions.id, sessions.user_id, users.username, sessions.application_id, sessions.contract, sessions.created_at,
           sessions.last_seen_at, host(sessions.ip), sessions.user_agent
    from sessions join users on users.id = sessions.user_id
    where ${isMeant(meant, values)} order by sessions.created_at desc, sessions.id desc limit ${limit}`);
}

/** The newest of them behind a place, at most so many, without holding them. Goes along the indexes that end in `created_at`. */
export function keysOf(
  meant: FilteredSessions,
  behind: SessionPlace | null,
  limit: number,
  values: unknown[],
): Statement {
  const condition = isMeant(meant, values);
  const started = behind && `$${values.push(behind.startedAt)}::timestamptz`;
  const isBehind = behind
    ? ` and sessions.created_at <= ${started} and (sessions.created_at, sessions.id) < (${started}, $${values.push(behind.id)}::uuid)`
    : '';
  return asked(`
    select sessions.user_id, sessions.id, sessions.created_at from sessions
    where ${condition}${isBehind} order by sessions.created_at desc, sessions.id desc limit ${limit}`);
}

/** Whoever ends several sessions of a user holds the user's row: these are held in the order of their keys, and before sessions. */
export const LOCK_OWNERS: Statement = {
  name: 'session-lock-owners',
  patienceMs: 3_500,
  text: 'select id from users where id = any ($1::uuid[]) order by id for no key update',
};

/**
 * Judged again once they are held: one that was touched, or ended, meanwhile may be meant no longer. Each is held by its key,
 * one after the other: nothing that locks is moved by the planner, which could begin with all that the filter means.
 */
export function endingOf(meant: FilteredSessions, values: unknown[]): Statement {
  const [users, ids, by] = [1, 2, 3];
  return {
    name: '',
    patienceMs: 3_500,
    text: `
      with ${foundToEnd(
        "'admin_filter'",
        `select held.user_id, held.id
         from (
           select user_id, id from unnest($${users}::uuid[], $${ids}::uuid[]) as given (user_id, id) order by user_id, id
         ) as asked
         cross join lateral (
           select sessions.user_id, sessions.id from sessions
           where sessions.user_id = asked.user_id and sessions.id = asked.id and ${isMeant(meant, values)} for update of sessions
         ) as held`,
        `$${by}::text`,
      )}
      ${DELETE_FOUND} returning sessions.id`,
  };
}

/**
 * The filter at an instant: how long someone was idle is told from then on, whenever it is asked. Whatever has started by now is
 * meant, even where a clock ahead of this one told when.
 */
export const PIN: Statement = {
  name: 'session-pin-filter',
  text: `
    select (select greatest(now(), max(created_at)) from sessions where created_at > now()), to_char(
      least($1::timestamptz, now() - $2::bigint * interval '1 ms') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
};
