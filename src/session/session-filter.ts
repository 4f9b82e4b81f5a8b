/** Which sessions are meant. What is absent is no condition; all that is there must hold. */
export interface SessionFilter {
  readonly applicationId?: string | undefined;
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
  /** Who issued the token: `native`, or the name of a wire. */
  readonly contract?: string | undefined;
  /** An address, or a range in CIDR notation, as PostgreSQL's `inet` reads it. */
  readonly address?: string | undefined;
  /** Without a version, such as `Chrome`. */
  readonly browser?: string | undefined;
  /** Without a version, such as `Linux`. */
  readonly system?: string | undefined;
  /** A role that the user has now. */
  readonly role?: string | undefined;
  readonly createdBefore?: string | undefined;
  readonly createdAfter?: string | undefined;
  readonly lastSeenBefore?: string | undefined;
  readonly lastSeenAfter?: string | undefined;
  /** Not seen for at least so many milliseconds. */
  readonly idleForMs?: number | undefined;
}

/** `$` stands for the place of the value. Where there is an index on the hour alone, the hour is asked for first. */
const CONDITIONS: Record<keyof SessionFilter, string> = {
  applicationId: 'sessions.application_id = $::uuid',
  userId: 'sessions.user_id = $::uuid',
  sessionId: 'sessions.id = $::uuid',
  contract: 'sessions.contract = $::text',
  address: 'sessions.ip <<= $::inet',
  browser: 'sessions.browser = $::text',
  system: 'sessions.system = $::text',
  role: 'sessions.user_id in (select users.id from users where users.roles @> array[$::text])',
  createdBefore: 'sessions.created_at < $::timestamptz',
  createdAfter: 'sessions.created_at >= $::timestamptz',
  lastSeenBefore: `sessions.seen_hour <= date_trunc('hour', $::timestamptz, 'UTC') and sessions.last_seen_at < $::timestamptz`,
  lastSeenAfter: `sessions.seen_hour >= date_trunc('hour', $::timestamptz, 'UTC') and sessions.last_seen_at >= $::timestamptz`,
  idleForMs: `sessions.seen_hour <= date_trunc('hour', now() - $::bigint * interval '1 ms', 'UTC')
    and sessions.last_seen_at <= now() - $::bigint * interval '1 ms'`,
};

/**
 * The filter as a condition on `sessions`, whose values it adds to those of the statement. It says nothing about life: dead
 * rows that are not swept yet fulfil it, so it goes together with IS_LIVE. The database's clock measures how long one is idle.
 */
export function conditionOf(filter: SessionFilter, values: unknown[]): string {
  const parts = Object.entries(CONDITIONS).flatMap(([name, condition]) => {
    const value = filter[name as keyof SessionFilter];
    return value === undefined ? [] : [wordsOf(name, condition, value).replaceAll('$', `$${values.push(value)}`)];
  });
  return parts.length > 0 ? parts.map((part) => `(${part})`).join(' and ') : 'true';
}

// Of one address alone the index is in the order of lists.
function wordsOf(name: string, condition: string, value: unknown): string {
  return name === 'address' && !String(value).includes('/') ? 'sessions.ip = $::inet' : condition;
}
