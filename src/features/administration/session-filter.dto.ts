import { IsString, IsUUID, Length, Matches } from 'class-validator';
import { IsPrintable } from '../../auth/body-rules.js';
import { InLowerCase } from '../../http/in-lower-case.decorator.js';
import type { SessionFilter } from '../../session/session-filter.js';
import { IsAddressRange, IsInstant, IsSpanMs } from './filter-rules.js';
import { IfGiven } from './part-rules.js';

/** Which sessions are meant, in a query or in a body. What is left out is no condition; all that is given must hold. */
export class SessionFilterQuery implements SessionFilter {
  /** Those of one application. @example '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f' */
  @IfGiven() @InLowerCase() @IsUUID() applicationId?: string;
  /** Those of one user. @example '019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80' */
  @IfGiven() @InLowerCase() @IsUUID() userId?: string;
  /** Who issued the token: `native`, or the name of a wire. @example 'native' */
  @IfGiven()
  @Matches(/^[a-z][a-z0-9_-]{0,39}$/, { message: 'contract must be native or the name of a wire' })
  @IsString()
  contract?: string;
  /** An address, or a range in CIDR notation. @example '203.0.113.0/24' */
  @IfGiven() @IsAddressRange() address?: string;
  /** As lists name it, without its version. @example 'Chrome' */
  @IfGiven() @Length(1, 40) @IsPrintable() @IsString() browser?: string;
  /** As lists name it, without its version. @example 'Linux' */
  @IfGiven() @Length(1, 40) @IsPrintable() @IsString() system?: string;
  /** Those of users who have this role now. @example 'editor' */
  @IfGiven()
  @Matches(/^[A-Za-z][A-Za-z0-9_.:-]{0,63}$/, {
    message: 'role must be a word of letters, digits and _ . : - that begins with a letter',
  })
  @IsString()
  role?: string;
  /** Started earlier than this. @example '2026-11-20T18:00:00.000Z' */
  @IfGiven() @IsInstant() createdBefore?: string;
  /** Started at this instant or later. @example '2026-11-20T06:00:00.000Z' */
  @IfGiven() @IsInstant() createdAfter?: string;
  /** Last seen earlier than this; it is known to the minute. @example '2026-11-20T18:00:00.000Z' */
  @IfGiven() @IsInstant() lastSeenBefore?: string;
  /** Last seen at this instant or later; it is known to the minute. @example '2026-11-20T06:00:00.000Z' */
  @IfGiven() @IsInstant() lastSeenAfter?: string;
  /** Not seen for at least so many milliseconds; it is known to the minute. @example 1800000 */
  @IfGiven() @IsSpanMs() idleForMs?: number;
}
