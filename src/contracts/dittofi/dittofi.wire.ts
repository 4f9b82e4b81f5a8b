import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length, Matches, ValidateIf } from 'class-validator';
import { MaxUtf8Bytes } from '../../auth/body-rules.js';
import type { KnownUser } from '../../user/user.service.js';
import { EMAIL_SHAPE } from '../../user/email-shape.js';
import { IfGiven } from '../../http/field-presence.js';

const REQUIRED = { message: 'This field is required' };
const FOUNDERS_PASSWORD = 'the password that the first start printed';

/** What Swagger UI fills in for a login: one of the two names, never both. */
export const DITTOFI_LOGINS = {
  email: { summary: 'By e-mail', value: { email: 'admin@localhost', password: FOUNDERS_PASSWORD } },
  username: { summary: 'By user name', value: { username: 'admin@localhost', password: FOUNDERS_PASSWORD } },
};

export class DittofiLogin {
  /**
   * The e-mail, which is the name of the field in generated apps.
   * @example 'alice@example.org'
   */
  @ValidateIf(({ email, username }: DittofiLogin) => email !== undefined || username === undefined)
  @Matches(EMAIL_SHAPE, { message: 'Invalid email' })
  @Length(1, 254, REQUIRED)
  @IsString(REQUIRED)
  email?: string;
  /**
   * Instead of the e-mail.
   * @example 'alice'
   */
  @IfGiven()
  @Length(1, 254, REQUIRED)
  @IsString(REQUIRED)
  username?: string;
  /** @example 'correct horse battery staple' */
  @MaxUtf8Bytes(1024) @Length(1, 1024, REQUIRED) @IsString(REQUIRED) password!: string;
}

export class DittofiSignup {
  /** @example 'alice@example.org' */
  @Matches(EMAIL_SHAPE, { message: 'Invalid email' }) @Length(1, 254, REQUIRED) @IsString(REQUIRED) email!: string;
  /** @example 'correct horse battery staple' */
  @MaxUtf8Bytes(1024) @Length(1, 1024, REQUIRED) @IsString(REQUIRED) password!: string;
  /**
   * The password again.
   * @example 'correct horse battery staple'
   */
  @MaxUtf8Bytes(1024) @Length(1, 1024, REQUIRED) @IsString(REQUIRED) confirm_password!: string;
}

/** A user as generated apps keep them: never the password. */
export class DittofiUser {
  /** @example '019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80' */
  id!: string;
  /** @example 'alice@example.org' */
  email!: string | null;
  /** @example 'alice@example.org' */
  username!: string;
  /** @example 'Alice' */
  name!: string | null;
  /** @example '2026-11-20T18:00:00.000Z' */
  created_at!: string;

  static of({ id, username, email, displayName, createdAt }: KnownUser): DittofiUser {
    return {
      id,
      email,
      username,
      name: displayName,
      created_at: createdAt.toISOString(),
    };
  }
}

export class DittofiUserAnswer {
  data!: DittofiUser;
}

export class DittofiEmptyAnswer {
  @ApiProperty({ type: 'object', nullable: true, additionalProperties: false, example: null }) data!: null;
}

export class DittofiFault {
  /** @example 'unauthorized' */
  code!: string;
  /** @example 'no user id found' */
  message!: string;
  /** The field that is wrong, where there is one. @example 'password' */
  param?: string;
}

/** A refusal on this wire. */
export class DittofiRefusal {
  error!: DittofiFault;
}
