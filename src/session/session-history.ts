import { Injectable } from '@nestjs/common';
import { Store, type TextRow } from '../database/store.js';
import { HistoryPosition, type EndedPosition } from './history-position.js';
import type { FoundSession } from './session-facts.js';
import { conditionOf, type SessionFilter } from './session-filter.js';
import { SessionPosition } from './session-position.js';
import { SessionSearch } from './session-search.js';

/** Whose sessions, of those that events remember; and the span, in which they were in for some time. Instants with offset. */
export interface HistoryFilter extends Pick<
  SessionFilter,
  'applicationId' | 'userId' | 'contract' | 'address' | 'role'
> {
  readonly from: string;
  readonly to: string;
  /** Why they ended: those that still live ended for no cause. */
  readonly cause?: string | undefined;
}

/** A session that lives, or lived; whose it was may be gone. Instants are database text. */
export interface PastSession extends Pick<
  FoundSession,
  'id' | 'userId' | 'applicationId' | 'contract' | 'createdAt' | 'lastSeenAt' | 'ip' | 'userAgent' | 'label'
> {
  readonly position: HistoryPosition;
  readonly username: string | null;
  readonly endedAt: string | null;
  readonly cause: string | null;
  readonly reason: string | null;
  readonly endedByUserId: string | null;
  readonly endedByKeyId: string | null;
}

const PAGE = 1_000;
const ENDING = `sessions.type = 'session.ended'`;

/** Who was in: sessions that live, newest first, and then those that have ended, in the order of their ends. Changes nothing. */
@Injectable()
export class SessionHistory {
  constructor(
    private readonly store: Store,
    private readonly search: SessionSearch,
  ) {}

  /** At most `limit` of them, behind a position. One that ends while pages are read is met among the living or the ended, or both. */
  async page(filter: HistoryFilter, limit: number, after?: HistoryPosition): Promise<PastSession[]> {
    const live = after?.ended || filter.cause !== undefined ? [] : await this.live(filter, limit, after?.live);
    if (live.length === limit) return live;
    return [...live, ...(await this.ended(filter, limit - live.length, after?.ended))];
  }

  /** All of them behind a position, page by page. */
  async *pages(filter: HistoryFilter, after?: HistoryPosition): AsyncGenerator<PastSession[]> {
    for (let position = after; ;) {
      const page = await this.page(filter, PAGE, position);
      if (page.length > 0) yield page;
      if (page.length < PAGE) return;
      ({ position } = page.at(-1)!);
    }
  }

  /** The oldest ending that is still kept, as database text: nothing is known of who went before. Undefined where none is kept. */
  async knownSince(): Promise<string | undefined> {
    const text = `select min(sessions.occurred_at) from session_events as sessions where ${ENDING}`;
    const [row] = await this.store.run({ name: 'session-history-since', text }, []);
    return row?.[0] ?? undefined;
  }

  private async live(filter: HistoryFilter, limit: number, after?: SessionPosition): Promise<PastSession[]> {
    const { from: _, to, cause: __, ...conditions } = filter;
    return (await this.search.page({ ...conditions, createdBefore: to }, limit, after)).map(livingSession);
  }

  // Nobody lasted longer than the longest, so whoever was in then has gone by so much later: the index is read no further.
  private async ended(filter: HistoryFilter, limit: number, after?: EndedPosition): Promise<PastSession[]> {
    const { from, to, cause, ...conditions } = filter;
    const values: unknown[] = [from, to];
    const where = [
      ENDING,
      conditionOf(conditions, values),
      'sessions.session_created_at < $2::timestamptz and sessions.occurred_at > $1::timestamptz',
      `sessions.occurred_at <= $2::timestamptz + (${LONGEST})`,
      ...(cause === undefined ? [] : [`sessions.cause = $${values.push(cause)}`]),
      ...(after ? [behind(after, values)] : []),
    ].join(' and ');
    const text = `
      select ${COLUMNS}
      from (
        select * from session_events as sessions where ${where}
        order by sessions.occurred_at, sessions.id limit $${values.push(limit)}
      ) as sessions
      left join users on users.id = sessions.user_id
      order by sessions.occurred_at, sessions.id`;
    return (await this.store.run({ text }, values)).map(endedSession);
  }
}

const LONGEST = `
  select max(sessions.occurred_at - sessions.session_created_at) from session_events as sessions where ${ENDING}`;

const COLUMNS = `
  sessions.id, sessions.occurred_at, sessions.session_id, sessions.user_id, sessions.application_id, sessions.contract,
  sessions.session_created_at, sessions.session_last_seen_at, users.username, host(sessions.ip), sessions.user_agent,
  sessions.label, sessions.cause, sessions.reason, sessions.ended_by_user_id, sessions.ended_by_key_id`;

function behind({ endedAt, eventId }: EndedPosition, values: unknown[]): string {
  return `(sessions.occurred_at, sessions.id) > ($${values.push(endedAt)}::timestamptz, $${values.push(eventId)}::bigint)`;
}

function livingSession(session: FoundSession): PastSession {
  const { id, userId, username, applicationId, contract, createdAt, lastSeenAt, ip, userAgent, label } = session;
  const whose = { id, userId, username, applicationId, contract, createdAt, lastSeenAt, ip, userAgent, label };
  const position = HistoryPosition.ofLive(SessionPosition.of(session));
  return { position, ...whose, endedAt: null, cause: null, reason: null, endedByUserId: null, endedByKeyId: null };
}

function endedSession(row: TextRow): PastSession {
  const [eventId, endedAt, id, userId, applicationId, contract, createdAt, lastSeenAt] = row as string[];
  const [username = null, ip = null, userAgent = null, label = null] = row.slice(8);
  const [cause = null, reason = null, endedByUserId = null, endedByKeyId = null] = row.slice(12);
  const whose = { id: id!, userId: userId!, username, applicationId: applicationId!, contract: contract! };
  const client = { createdAt: createdAt!, lastSeenAt: lastSeenAt!, ip, userAgent, label };
  const end = { endedAt: endedAt!, cause, reason, endedByUserId, endedByKeyId };
  return { position: HistoryPosition.ofEnded(endedAt!, eventId!), ...whose, ...client, ...end };
}
