import { IsIn, IsString, IsUUID, Matches } from 'class-validator';
import { IsPageSize } from '../../http/page-size.decorator.js';
import { InLowerCase } from '../../http/in-lower-case.decorator.js';
import type { HistoryPosition } from '../../session/history-position.js';
import { instantOf } from '../../session/instant.js';
import type { PastSession } from '../../session/session-history.js';
import { clientWords } from '../../session/user-agent.js';
import { IsAddressRange, IsHistoryPosition, IsInstant } from './filter-rules.js';
import { IfGiven } from '../../http/field-presence.js';

const CAUSES = [
  'logout',
  'logout_others',
  'logout_all',
  'replaced',
  'expired',
  'idle',
  'password_changed',
  'user_disabled',
  'user_deleted',
  'admin',
  'admin_filter',
  'application_logout',
  'direct',
] as const;

/** When, and which of those who were in then. */
export class HistoryQuery {
  /** Who was in at this instant. In place of a span. */
  @IfGiven() @IsInstant() at?: string;
  /** Who was in for some time of a span that begins here. */
  @IfGiven() @IsInstant() from?: string;
  /** Where the span ends; left out, it ends now. */
  @IfGiven() @IsInstant() to?: string;
  /** Those of one application. */
  @IfGiven() @InLowerCase() @IsUUID() applicationId?: string;
  /** Those of one user. */
  @IfGiven() @InLowerCase() @IsUUID() userId?: string;
  /** Who issued the token: `native`, or the name of a wire. */
  @IfGiven()
  @Matches(/^[a-z][a-z0-9_-]{0,39}$/, { message: 'contract must be native or the name of a wire' })
  @IsString()
  contract?: string;
  /** An address, or a range in CIDR notation. Such as `203.0.113.0/24`. */
  @IfGiven() @IsAddressRange() address?: string;
  /** Those of users who have this role now. */
  @IfGiven()
  @Matches(/^[A-Za-z][A-Za-z0-9_.:-]{0,63}$/, {
    message: 'role must be a word of letters, digits and _ . : - that begins with a letter',
  })
  @IsString()
  role?: string;
  /** Those that ended for this cause. */
  @IfGiven() @IsIn(CAUSES) cause?: (typeof CAUSES)[number];
  /**
   * At most so many on a page; 50 where it is left out. An export has them all.
   * @example 50
   */
  @IsPageSize() limit?: number;
  /** The `next` of the page before. */
  @IfGiven() @IsHistoryPosition() after?: HistoryPosition;
}

/** A session that lives, or lived. */
export class PastSessionAnswer {
  /** @example '019aa3f2-8d2f-7e4b-8c2a-3a5b6c7d8e9f' */
  id!: string;
  /** @example '019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80' */
  userId!: string;
  /** Null where the user was deleted. @example 'alice@example.org' */
  username!: string | null;
  /** @example '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f' */
  applicationId!: string;
  /** @example 'native' */
  contract!: string;
  /** @example 'Chrome 156' */
  browser!: string | null;
  /** @example 'Linux' */
  system!: string | null;
  /** @example '203.0.113.7' */
  address!: string | null;
  /** @example 'My laptop' */
  label!: string | null;
  /** @example '2026-11-20T14:00:00.000Z' */
  createdAt!: string;
  /** Up to a minute behind. @example '2026-11-20T14:12:00.000Z' */
  lastSeenAt!: string;
  /** Null where it lives. @example '2026-11-20T14:30:00.000Z' */
  endedAt!: string | null;
  /** What ended it. @example 'admin_filter' */
  cause!: string | null;
  /** Of the administrator who ended it. @example 'Logins from a leaked list' */
  reason!: string | null;
  /** The administrator who ended it. @example '019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f81' */
  endedByUserId!: string | null;
  /** The service key that ended it. @example null */
  endedByKeyId!: string | null;

  static of(past: PastSession): PastSessionAnswer {
    const { id, userId, username, applicationId, contract, label, endedAt } = past;
    const { cause, reason, endedByUserId, endedByKeyId } = past;
    return {
      id,
      userId,
      username,
      applicationId,
      contract,
      ...clientWords(past.userAgent),
      address: past.ip,
      label,
      createdAt: instantOf(past.createdAt),
      lastSeenAt: instantOf(past.lastSeenAt),
      endedAt: endedAt && instantOf(endedAt),
      cause,
      reason,
      endedByUserId,
      endedByKeyId,
    };
  }
}

export class HistoryAnswer {
  sessions!: PastSessionAnswer[];
  /** Goes into `after` for the next page; null on the last one. @example '2026-11-20T14:30:00.123456Z_4711' */
  next!: string | null;
  /** The oldest ending that is kept: of those who had gone before, nothing is known. Null where no ending is. @example '2026-10-21T18:00:00.000Z' */
  knownSince!: string | null;
}
