import { ApiProperty } from '@nestjs/swagger';
import { Equals, IsString, Length, Matches, ValidateIf } from 'class-validator';
import { IsPrintable } from '../../auth/body-rules.js';
import { IsPart } from './part-rules.js';
import { SessionFilterQuery } from './session-filter.dto.js';
import { IfGiven } from '../../http/field-presence.js';

export class EndByFilterBody {
  /** Which sessions. At least one condition: everyone is ended by other routes. */
  @ApiProperty({ type: SessionFilterQuery, example: { address: '203.0.113.0/24' } })
  @IsPart(() => SessionFilterQuery)
  filter!: SessionFilterQuery;
  /** `true`: nothing is ended, and the answer says what would be. @example true */
  @IfGiven() @Equals(true, { message: 'dryRun must be true, or left out' }) dryRun?: boolean;
  /** From the dry run of this very filter; once, and for five minutes. @example 'mZ0vYw0zB7gB5n3xWl8w1fJcT2Qd9rKXq6hUe4sLkPo' */
  @ValidateIf(({ dryRun, confirmation }: EndByFilterBody) => dryRun === undefined || confirmation !== undefined)
  @Matches(/^[\w-]{43}$/, { message: 'confirmation must be that of a dry run' })
  @IsString()
  confirmation?: string;
  /** Why. It is kept in the event of each session. @example 'Logins from a leaked list' */
  @ValidateIf(({ dryRun, reason }: EndByFilterBody) => dryRun === undefined || reason !== undefined)
  @Matches(/[\p{L}\p{N}\p{P}\p{S}]/u, { message: 'reason must say something' })
  @Length(1, 500)
  @IsPrintable()
  @IsString()
  reason?: string;
}

/** One of those that would end. */
export class SampleAnswer {
  /** @example '019aa3f2-8d2f-7e4b-8c2a-3a5b6c7d8e9f' */
  id!: string;
  /** @example '019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80' */
  userId!: string;
  /** @example 'alice@example.org' */
  username!: string;
  /** @example '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f' */
  applicationId!: string;
  /** @example 'native' */
  contract!: string;
  /** @example '2026-11-20T18:00:00.000Z' */
  createdAt!: string;
  /** @example '2026-11-20T18:12:00.000Z' */
  lastSeenAt!: string;
  /** @example 'Chrome 156' */
  browser!: string | null;
  /** @example 'Linux' */
  system!: string | null;
  /** @example '203.0.113.7' */
  address!: string | null;
}

/** What a dry run found. */
export class DryRunAnswer {
  /** So many sessions would end. @example 1204 */
  count!: number;
  /** They are of so many users. @example 980 */
  users!: number;
  /** Yours is one of them. @example false */
  includesOwnSession!: boolean;
  /** The newest of them, at most ten. */
  sample!: SampleAnswer[];
  /** Goes with the same filter into the call that ends them. Shown once. @example 'mZ0vYw0zB7gB5n3xWl8w1fJcT2Qd9rKXq6hUe4sLkPo' */
  confirmation!: string;
  /** The database’s time. @example '2026-11-20T18:05:00.000Z' */
  confirmationExpiresAt!: string;
}

/** Done: all of them ended before this answer. */
export class EndedByFilterAnswer {
  /** So many ended by this call; others of the dry run may have ended by themselves. @example 12 */
  ended!: number;
  /** Under which it is kept among the jobs. @example '019aa3f2-9e3f-7f5c-8d3b-4b6c7d8e9fa0' */
  jobId!: string;
}

export class EveryoneEndedAnswer {
  /** So many. @example 3 */
  applications!: number;
  /** Sessions that started up to here are dead; the database’s time. @example '2026-11-20T18:00:00.000Z' */
  endedAt!: string;
}
