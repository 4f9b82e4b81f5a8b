import { IsIn, IsString, IsUUID, Length, Matches } from 'class-validator';
import { InLowerCase } from '../../http/in-lower-case.decorator.js';
import { PageQuery } from '../../http/page.dto.js';
import { ROLE, STATUSES } from './administration.dto.js';
import { IsInstant } from './filter-rules.js';
import { TOTALS } from './session-lists.dto.js';
import { IfGiven } from '../../http/field-presence.js';

const NEVER = ['never'] as const;

/** Which users to list, how many of them, and where to go on. What is left out is no condition; all that is given must hold. */
export class UsersQuery extends PageQuery {
  /**
   * Only the user with exactly this sign-in name, in any case.
   * @example 'alice@example.org'
   */
  @IfGiven() @Length(1, 254) @IsString() login?: string;
  /**
   * Those with a sign-in name that begins like this, in any case.
   * @example 'alice@'
   */
  @IfGiven() @Length(1, 254) @IsString() loginPrefix?: string;
  /** Those who may log in, or may not. @example 'active' */
  @IfGiven() @IsIn(STATUSES) status?: (typeof STATUSES)[number];
  /** Those who have this role. @example 'editor' */
  @IfGiven()
  @Matches(ROLE, { message: 'role must be a word of letters, digits and _ . : - that begins with a letter' })
  @IsString()
  role?: string;
  /** Last logged in earlier than this. Whoever never did is not among them. @example '2026-05-20T00:00:00.000Z' */
  @IfGiven() @IsInstant() lastLoginBefore?: string;
  /** Last logged in at this instant or later. @example '2026-11-20T00:00:00.000Z' */
  @IfGiven() @IsInstant() lastLoginAfter?: string;
  /** `never`: those who never logged in. @example 'never' */
  @IfGiven() @IsIn(NEVER) lastLogin?: (typeof NEVER)[number];
  /** How many there are: about, by the planner’s statistics; counted, which may take seconds; or not at all. */
  @IfGiven() @IsIn(TOTALS) total?: (typeof TOTALS)[number];
  /** Left out: the application of the administrator. */
  @IfGiven() @InLowerCase() @IsUUID() applicationId?: string;
}
