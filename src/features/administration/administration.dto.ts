import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, IsString, IsUUID, Length, Matches } from 'class-validator';
import { IsPrintable, MaxUtf8Bytes } from '../../auth/body-rules.js';
import { InLowerCase } from '../../http/in-lower-case.decorator.js';
import { EMAIL_SHAPE } from '../../user/email-shape.js';
import { IfGiven, IfSet } from '../../http/field-presence.js';

export const STATUSES = ['active', 'disabled'] as const;
export const ROLE = /^[A-Za-z][A-Za-z0-9_.:-]{0,63}$/;
const ROLE_RULE = {
  each: true,
  message: 'roles must be words of letters, digits and _ . : - that begin with a letter',
};

/** Whose users: the administrator's own application, or another one for administrators of the first. */
export class ApplicationQuery {
  /**
   * Left out: the application of the administrator.
   * @example '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f'
   */
  @IfGiven() @InLowerCase() @IsUUID() applicationId?: string;
}

export class NewUserBody {
  /**
   * Brought along from elsewhere; left out, the server makes one.
   * @example '019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80'
   */
  @IfGiven() @InLowerCase() @IsUUID() id?: string;
  /**
   * User name or e-mail: what the user logs in with.
   * @example 'alice@example.org'
   */
  @Length(1, 254) @IsPrintable() @IsString() username!: string;
  /**
   * One more name to log in with. Left out, a user name with an `@` is the e-mail too.
   * @example 'alice@example.org'
   */
  @IfGiven() @Matches(EMAIL_SHAPE, { message: 'email must be an e-mail address' }) @IsString() email?: string;
  /**
   * At least 8 characters, and none of the most common ones. Left out, the user chooses one by a link of kind `invite`.
   * @example 'correct horse battery staple'
   */
  @IfGiven() @Length(1, 1024) @MaxUtf8Bytes(1024) @IsString() password?: string;
  /** @example 'Alice' */
  @IfSet() @Length(1, 100) @IsPrintable() @IsString() displayName?: string | null;
  /**
   * `admin` opens these routes.
   * @example ['editor']
   */
  @IfGiven()
  @Matches(ROLE, ROLE_RULE)
  @ArrayMaxSize(50)
  @ArrayUnique()
  @IsArray()
  roles?: string[];
}

export class UserChangesBody {
  /**
   * Null removes it.
   * @example 'Alice'
   */
  @IfSet()
  @Length(1, 100)
  @IsPrintable()
  @IsString()
  displayName?: string | null;
  /** @example ['editor'] */
  @IfGiven()
  @Matches(ROLE, ROLE_RULE)
  @ArrayMaxSize(50)
  @ArrayUnique()
  @IsArray()
  roles?: string[];
  /**
   * Disabling ends all of the user's sessions.
   * @example 'disabled'
   */
  @IfGiven() @IsIn(STATUSES) status?: (typeof STATUSES)[number];
}
