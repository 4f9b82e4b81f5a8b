import type { Statement, TextRow } from '../database/store.js';
import { conditionOf, type SessionFilter } from './session-filter.js';
import { EXPIRES_AT, LIVES_UNTIL } from './session-limits.js';
import type { SessionPosition } from './session-position.js';
import { IS_LIVE } from './session-statements.js';

/** A statement and its values. */
export interface SessionQuery {
  readonly text: string;
  readonly values: unknown[];
}

/** A page of sessions: which, how many, and behind which. */
interface Asked {
  readonly filter: SessionFilter;
  readonly limit: number;
  readonly after: SessionPosition | undefined;
}

/** Live or not, so many are looked at before those that fit are gathered from all over the table. */
export const NEWEST = 50_000;
/** Those of so many are looked up one by one: a range of IPv4 with 24 bits. */
const ADDRESSES = 256;
const ORDER = 'order by sessions.created_at desc, sessions.id desc';

/**
 * Whether no index has what fits in the order of the list. The planner takes it that what fits lies anywhere; where it lies
 * among the oldest alone, it would read the table to its end for the first page.
 */
export function isScattered({ userId, address, ...filter }: SessionFilter): boolean {
  if (userId !== undefined) return false;
  const { role, lastSeenBefore, lastSeenAfter, idleForMs } = filter;
  return (
    address?.includes('/') || [role, lastSeenBefore, lastSeenAfter, idleForMs].some((value) => value !== undefined)
  );
}

/** Whether it names so few addresses that the newest of each make the page: of each alone the index is in the order of the list. */
export function namesAddresses({ address, role }: SessionFilter): boolean {
  return address !== undefined && role === undefined && lastOf(address) < ADDRESSES;
}

/** By an index that has them in the order of the list. */
export function inOrder({ filter, limit, after }: Asked): SessionQuery {
  const values: unknown[] = [];
  const where = [conditionOf(filter, values), IS_LIVE, behind(after, values)].join(' and ');
  const rows = `select * from sessions where ${where} ${ORDER} limit $${values.push(limit)}`;
  return { text: shown(rows), values };
}

/** Those that fit among the newest: if it is a whole page of them, there are none before. */
export function amongNewest({ filter, limit, after }: Asked): SessionQuery {
  const values: unknown[] = [];
  const { address, role, lastSeenBefore, lastSeenAfter, idleForMs, ...ordered } = filter;
  const where = [conditionOf(ordered, values), startedBeforeSeen(filter, values), behind(after, values)].join(' and ');
  const newest = `select * from sessions where ${where} ${ORDER} limit ${NEWEST}`;
  const fitting = conditionOf({ address, role, lastSeenBefore, lastSeenAfter, idleForMs }, values);
  const rows = `select * from (${newest}) as sessions where ${fitting} and ${IS_LIVE} ${ORDER} limit $${values.push(limit)}`;
  return { text: shown(rows), values };
}

/** The newest of each address, and of these the newest. */
export function ofEachAddress({ filter: { address = '', ...filter }, limit, after }: Asked): SessionQuery {
  const values: unknown[] = [];
  const where = [conditionOf(filter, values), IS_LIVE, behind(after, values)].join(' and ');
  const most = `$${values.push(limit)}`;
  const first = `set_masklen(network($${values.push(address)}::inet), ${bitsOf(address)})`;
  const rows = `
    select found.* from generate_series(0, ${lastOf(address)}) as step, lateral (select ${first} + step as ip) as asked,
      lateral (select * from sessions where sessions.ip = asked.ip and ${where} ${ORDER} limit ${most}) as found
    order by found.created_at desc, found.id desc limit ${most}`;
  return { text: shown(rows), values };
}

/** All that fit, by the best index there is for that, and then the newest of them. */
export function gathered({ filter, limit, after }: Asked): SessionQuery {
  const values: unknown[] = [];
  const where = [conditionOf(filter, values), IS_LIVE, behind(after, values)].join(' and ');
  const rows = `
    with found as materialized (select * from sessions where ${where})
    select * from found as sessions ${ORDER} limit $${values.push(limit)}`;
  return { text: shown(rows), values };
}

/** Up to where sessions of an application that start, or are seen, no more are dead by what it says; where it says something. */
export const APPLICATION_ENDS: Statement = {
  name: 'session-application-ends',
  text: `
    select id, greatest(sessions_valid_after, expired_up_to, now() - lifetime_limit), greatest(idled_up_to, now() - idle_limit)
    from applications
    where ($1::uuid is null or id = $1)
      and (lifetime_limit is not null or idle_limit is not null
        or greatest(sessions_valid_after, expired_up_to, idled_up_to) > '-infinity')
    order by created_at, id limit $2`,
};

/**
 * What IS_LIVE says, in words of which the planner's statistics know something: given the rows of APPLICATION_ENDS. An
 * application that the filter names already is not named again: the planner would take that for one more condition.
 */
export function likelyLive(ends: TextRow[], { applicationId }: SessionFilter, values: unknown[]): string {
  const dead = ends.map(([id, startedBy, seenBy]) => {
    const of = applicationId === undefined ? `sessions.application_id = $${values.push(id)}::uuid and ` : '';
    return `not (${of}(sessions.created_at <= $${values.push(startedBy)}::timestamptz
      or sessions.last_seen_at <= $${values.push(seenBy)}::timestamptz))`;
  });
  return ['sessions.expires_at > now()', 'sessions.idle_until > now()', ...dead].join(' and ');
}

function bitsOf(address: string): 32 | 128 {
  return address.includes(':') ? 128 : 32;
}

/** The number of the last address, where the first is 0. */
function lastOf(address: string): number {
  const [, prefix = bitsOf(address)] = address.split('/');
  return 2 ** (bitsOf(address) - Number(prefix)) - 1;
}

function behind(after: SessionPosition | undefined, values: unknown[]): string {
  return after?.condition(values) ?? 'true';
}

// Nobody is seen before they started: the walk begins at those who could fit.
function startedBeforeSeen({ lastSeenBefore, idleForMs }: SessionFilter, values: unknown[]): string {
  const bounds = [
    ...(lastSeenBefore === undefined ? [] : [`sessions.created_at <= $${values.push(lastSeenBefore)}::timestamptz`]),
    ...(idleForMs === undefined
      ? []
      : [`sessions.created_at <= now() - $${values.push(idleForMs)}::bigint * interval '1 ms'`]),
  ];
  return bounds.length > 0 ? bounds.join(' and ') : 'true';
}

function shown(rows: string): string {
  return `
    select sessions.user_id, sessions.id, users.username, to_json(users.roles), sessions.application_id, sessions.contract,
           sessions.created_at, sessions.last_seen_at, ${LIVES_UNTIL}, ${EXPIRES_AT},
           host(sessions.ip), sessions.user_agent, sessions.label
    from (${rows}) as sessions
    join users on users.id = sessions.user_id
    join applications on applications.id = sessions.application_id
    ${ORDER}`;
}
