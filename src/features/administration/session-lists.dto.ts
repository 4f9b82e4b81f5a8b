import { IsIn } from 'class-validator';
import { IsPageSize } from '../../http/page-size.decorator.js';
import { instantOf } from '../../session/instant.js';
import type { FoundSession } from '../../session/session-facts.js';
import { SessionPosition } from '../../session/session-position.js';
import { clientWords } from '../../session/user-agent.js';
import { ApplicationQuery } from './administration.dto.js';
import { IsSessionPosition } from './filter-rules.js';
import { SessionFilterQuery } from './session-filter.dto.js';
import { IfGiven } from '../../http/field-presence.js';

export const TOTALS = ['estimate', 'exact', 'none'] as const;

/** Which sessions to list, how many of them, and where to go on. */
export class SessionsQuery extends SessionFilterQuery {
  /**
   * At most so many on a page; 50 where it is left out. An export has them all.
   * @example 50
   */
  @IsPageSize() limit?: number;
  /** The `next` of the page before. */
  @IfGiven() @IsSessionPosition() after?: SessionPosition;
  /** How many there are: about, by the planner’s statistics; counted, which may take seconds; or not at all. */
  @IfGiven() @IsIn(TOTALS) total?: (typeof TOTALS)[number];
}

/** The same of one user. */
export class UserSessionListQuery extends ApplicationQuery {
  /**
   * At most so many on a page; 50 where it is left out. An export has them all.
   * @example 50
   */
  @IsPageSize() limit?: number;
  /** The `next` of the page before. */
  @IfGiven() @IsSessionPosition() after?: SessionPosition;
}

/** One of anybody's sessions. It opens nothing. */
export class FoundSessionAnswer {
  /** @example '019aa3f2-8d2f-7e4b-8c2a-3a5b6c7d8e9f' */
  id!: string;
  /** @example '019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80' */
  userId!: string;
  /** @example 'alice@example.org' */
  username!: string;
  /** Of the user, as they are now. @example ['editor'] */
  roles!: string[];
  /** @example '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f' */
  applicationId!: string;
  /** Who issued the token: `native`, or the name of a wire. @example 'native' */
  contract!: string;
  /** @example 'Chrome 156' */
  browser!: string | null;
  /** @example 'Linux' */
  system!: string | null;
  /** @example '203.0.113.7' */
  address!: string | null;
  /** @example 'My laptop' */
  label!: string | null;
  /** @example '2026-11-20T18:00:00.000Z' */
  createdAt!: string;
  /** Up to a minute behind. @example '2026-11-20T18:12:00.000Z' */
  lastSeenAt!: string;
  /** Dead from here on unless it is used before. @example '2026-11-20T19:12:00.000Z' */
  idleUntil!: string;
  /** Dead from here on in any case. @example '2026-11-21T18:00:00.000Z' */
  expiresAt!: string;

  static of(session: FoundSession): FoundSessionAnswer {
    const { id, userId, username, roles, applicationId, contract, label, ip } = session;
    return {
      id,
      userId,
      username,
      roles: [...roles],
      applicationId,
      contract,
      ...clientWords(session.userAgent),
      address: ip,
      label,
      createdAt: instantOf(session.createdAt),
      lastSeenAt: instantOf(session.lastSeenAt),
      idleUntil: instantOf(session.idleUntil),
      expiresAt: instantOf(session.expiresAt),
    };
  }
}

/** How many there are. */
export class TotalAnswer {
  /** @example 1204 */
  count!: number;
  /** False where it is the planner’s guess. @example false */
  isExact!: boolean;
}

export class UserSessionsAnswer {
  sessions!: FoundSessionAnswer[];
  /** Goes into `after` for the next page; null on the last one. @example '2026-11-20T18:00:00.123456Z_019aa3f2-8d2f-7e4b-8c2a-3a5b6c7d8e9f' */
  next!: string | null;
}

export class SessionsAnswer extends UserSessionsAnswer {
  /** Null where it was not asked for. */
  total!: TotalAnswer | null;
}

/** Of the table, in the order in which people read it. */
export const SESSION_COLUMNS = [
  'id',
  'userId',
  'username',
  'roles',
  'applicationId',
  'contract',
  'browser',
  'system',
  'address',
  'label',
  'createdAt',
  'lastSeenAt',
  'idleUntil',
  'expiresAt',
] as const satisfies (keyof FoundSessionAnswer)[];
