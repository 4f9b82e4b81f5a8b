import { IsString, IsUUID, Length, Matches } from 'class-validator';
import { IsPrintable } from '../../auth/body-rules.js';
import { InLowerCase } from '../../http/in-lower-case.decorator.js';
import type { SessionFilter } from '../../session/session-filter.js';
import { IsAddressRange, IsInstant, IsSpanMs } from './filter-rules.js';
import { IfGiven } from '../../http/field-presence.js';

/** Which sessions are meant, in a query or in a body. What is left out is no condition; all that is given must hold. */
export class SessionFilterQuery implements SessionFilter {
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
  /** As lists name it, without its version. Such as `Chrome`. */
  @IfGiven() @Length(1, 40) @IsPrintable() @IsString() browser?: string;
  /** As lists name it, without its version. Such as `Linux`. */
  @IfGiven() @Length(1, 40) @IsPrintable() @IsString() system?: string;
  /** Those of users who have this role now. */
  @IfGiven()
  @Matches(/^[A-Za-z][A-Za-z0-9_.:-]{0,63}$/, {
    message: 'role must be a word of letters, digits and _ . : - that begins with a letter',
  })
  @IsString()
  role?: string;
  /** Started earlier than this. */
  @IfGiven() @IsInstant() createdBefore?: string;
  /** Started at this instant or later. */
  @IfGiven() @IsInstant() createdAfter?: string;
  /** Last seen earlier than this; it is known to the minute. */
  @IfGiven() @IsInstant() lastSeenBefore?: string;
  /** Last seen at this instant or later; it is known to the minute. */
  @IfGiven() @IsInstant() lastSeenAfter?: string;
  /** Not seen for at least so many milliseconds; it is known to the minute. Such as `1800000`. */
  @IfGiven() @IsSpanMs() idleForMs?: number;
}
