import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsString, IsUUID, Matches, ValidateBy } from 'class-validator';
import type { AuditFilter } from '../../audit/audit-filter.js';
import { AuditPosition } from '../../audit/audit-position.js';
import type { ChainedEntry } from '../../audit/audit-chain.js';
import { OUTCOMES, type Outcome } from '../../audit/noted-act.js';
import { InLowerCase } from '../../http/in-lower-case.decorator.js';
import { IsPageSize } from '../../http/page-size.decorator.js';
import { IsAddressRange, IsInstant } from './filter-rules.js';
import { IfGiven } from '../../http/field-presence.js';

/** Which rows of the audit log are meant. What is left out is no condition; all that is given must hold. */
export class AuditQuery implements AuditFilter {
  /** What was done, as the table of acts names it. Such as `users.change`. */
  @IfGiven() @Matches(/^[A-Za-z][\w.]{0,79}$/) @IsString() act?: string;
  /** How it ended. */
  @IfGiven() @IsIn(OUTCOMES) outcome?: Outcome;
  /** Why it was refused. Such as `CREDENTIALS_REJECTED`. */
  @IfGiven() @Matches(/^[A-Z][A-Z_]{0,39}$/) @IsString() code?: string;
  /** What this user did; of events of sessions, whose session it was. */
  @IfGiven() @InLowerCase() @IsUUID() userId?: string;
  /** What was done in this session, and what became of it. */
  @IfGiven() @InLowerCase() @IsUUID() sessionId?: string;
  /** What was done by this service key. */
  @IfGiven() @InLowerCase() @IsUUID() keyId?: string;
  /** To what kind of thing. Such as `user`. */
  @IfGiven() @Matches(/^[a-z][a-z_]{0,39}$/) @IsString() targetType?: string;
  /** To which. */
  @IfGiven() @InLowerCase() @IsUUID() targetId?: string;
  /** What was done in this application. */
  @IfGiven() @InLowerCase() @IsUUID() applicationId?: string;
  /** An address, or a range in CIDR notation. Such as `203.0.113.0/24`. */
  @IfGiven() @IsAddressRange() address?: string;
  /** What this request did: the answer’s `x-request-id`. */
  @IfGiven() @Matches(/^[\w-]{1,64}$/) @IsString() requestId?: string;
  /** At this instant or later. */
  @IfGiven() @IsInstant() from?: string;
  /** Earlier than this. */
  @IfGiven() @IsInstant() to?: string;
  /**
   * At most so many on a page; 50 where it is left out. An export has them all.
   * @example 50
   */
  @IsPageSize() limit?: number;
  /** The `next` of the page before. */
  @IfGiven() @IsAuditPosition() after?: AuditPosition;
}

/** One row of the audit log. Text from outside is shown with `\u000a` where it had a line break. */
export class AuditEntryAnswer {
  /** Without gaps over the whole log. @example '4711' */
  number!: string;
  /** The database’s time. @example '2026-11-20T18:15:00.123456Z' */
  occurredAt!: string;
  /** When it was written to the log. @example '2026-11-20T18:15:00.612345Z' */
  recordedAt!: string;
  /** @example 'users.change' */
  act!: string;
  /** `failed` was answered with an error and may have been done; over `unknown` the node died. @example 'ok' */
  outcome!: Outcome;
  /** Why it was refused. @example null */
  code!: string | null;
  /** @example '019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80' */
  userId!: string | null;
  /** @example '019aa3f2-8d2f-7e4b-8c2a-3a5b6c7d8e9f' */
  sessionId!: string | null;
  /** @example null */
  keyId!: string | null;
  /** Of a refused login: the name that was given. @example null */
  login!: string | null;
  /** @example 'user' */
  targetType!: string | null;
  /** @example '019aa3f2-9e3f-7f5c-8d3b-4b6c7d8e9fa0' */
  targetId!: string | null;
  /** @example '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f' */
  applicationId!: string | null;
  /** `native`, or the name of a wire. @example 'native' */
  contract!: string | null;
  /** @example '203.0.113.7' */
  address!: string | null;
  /** @example 'curl/8.14.1' */
  userAgent!: string | null;
  /** Of what a request did. @example '5f0c9ad1e2b3-1' */
  requestId!: string | null;
  /** Names of changed fields, the reason given, the cause of an ending. @example { "fields": ["roles"] } */
  details!: object;
  /** SHA-256 over the row and the one before it. @example '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' */
  hash!: string;

  static of(entry: ChainedEntry): AuditEntryAnswer {
    const { number, occurredAt, recordedAt, act, outcome, code, userId, sessionId, keyId, login, ...rest } = entry;
    const { targetType, targetId, applicationId, contract, address, userAgent, requestId, hash } = rest;
    const who = { userId, sessionId, keyId, login };
    const what = { targetType, targetId, applicationId, contract };
    const details = JSON.parse(entry.details) as object;
    const how = { act, outcome, code };
    return { number, occurredAt, recordedAt, ...how, ...who, ...what, address, userAgent, requestId, details, hash };
  }
}

/** A page of the audit log. */
export class AuditAnswer {
  entries!: AuditEntryAnswer[];
  /** Goes into `after` for the next page; null on the last one. @example '2026-11-20T18:15:00.123456Z_4711' */
  next!: string | null;
}

/** With what the audit log ends. */
export class AuditHeadAnswer {
  /** How many rows were ever written. @example '4711' */
  number!: string;
  /** Of the last one. @example '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' */
  hash!: string;
}

function IsAuditPosition(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => AuditPosition.parse(value) ?? value),
    ValidateBy({
      name: 'isAuditPosition',
      validator: {
        validate: (value: unknown) => value instanceof AuditPosition,
        defaultMessage: () => '$property must be the next of a page before',
      },
    }),
    ApiProperty({ type: String, required: false }),
  );
}
