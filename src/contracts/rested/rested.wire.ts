import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length, Matches } from 'class-validator';
import { MaxUtf8Bytes } from '../../auth/body-rules.js';
import type { KnownRecord } from '../../record/record-facts.js';
import { instantOf } from '../../session/instant.js';
import type { KnownUser } from '../../user/user.service.js';
import { uniqueIdOf } from './rested-query.js';
import { EMAIL_SHAPE } from '../../user/email-shape.js';
import { IfGiven } from '../../http/field-presence.js';

const ANY_JSON = [
  { type: 'object', additionalProperties: true, nullable: true },
  { type: 'array', items: {} },
  ...['string', 'number', 'boolean'].map((type) => ({ type })),
];

/** A user name or an e-mail, not both; whatever stands beside them is passed over. */
export class RestedLogin {
  /** @example 'admin@localhost' */
  @IfGiven() @Length(1, 254) @IsString() username?: string;
  /**
   * Instead of the user name.
   * @example 'admin@localhost'
   */
  @IfGiven() @Length(1, 254) @IsString() email?: string;
  /** @example 'the password that the first start printed' */
  @MaxUtf8Bytes(1024) @Length(1, 1024) @IsString() password!: string;
}

/** A user name or an e-mail, not both; every other field is kept as the user's own. */
export class RestedRegistration {
  /** @example 'alice' */
  @IfGiven() @Length(1, 254) @IsString() username?: string;
  /**
   * Instead of the user name.
   * @example 'alice@example.org'
   */
  @IfGiven() @Matches(EMAIL_SHAPE, { message: 'email must be an e-mail address' }) @IsString() email?: string;
  /** @example 'correct horse battery staple' */
  @MaxUtf8Bytes(1024) @Length(1, 1024) @IsString() password!: string;
}

/** A name that is given is the new one; so is a password, and without one the old one stays. */
export class RestedChange {
  /** @example 'alice' */
  @IfGiven() @Length(1, 254) @IsString() username?: string;
  /** @example 'alice@example.org' */
  @IfGiven() @Matches(EMAIL_SHAPE, { message: 'email must be an e-mail address' }) @IsString() email?: string;
  /** @example 'another horse, another battery' */
  @IfGiven() @MaxUtf8Bytes(1024) @Length(1, 1024) @IsString() password?: string;
}

/** A user or a record, as clients of this wire know them. */
export class RestedAnswer {
  /** 32 hexadecimal digits. @example '019aa3f27c1e7d3a9b1f2f4c5d6e7f80' */
  uniqueId!: string;
  /** What the client stored: the user's fields, never the password; or any JSON. */
  @ApiProperty({ anyOf: ANY_JSON, example: { username: 'alice', colour: 'green' } })
  data!: object;
  /** @example '2026-11-20T18:00:00.000Z' */
  createdAt!: string;
  /** @example '2026-11-20T18:00:00.000Z' */
  updatedAt!: string;

  static ofUser(user: KnownUser): RestedAnswer {
    return {
      uniqueId: uniqueIdOf(user.id),
      data: dataOf(user),
      createdAt: user.createdAt.toISOString(),
      updatedAt: user.updatedAt.toISOString(),
    };
  }

  static ofRecord({ id, data, createdAt, updatedAt }: KnownRecord): RestedAnswer {
    return {
      uniqueId: uniqueIdOf(id),
      data: data as object,
      createdAt: instantOf(createdAt),
      updatedAt: instantOf(updatedAt),
    };
  }
}

/** Reads what a query asked for, once it is its turn. */
export type RestedReader = () => Promise<RestedAnswer | RestedAnswer[]>;

/** The one name where a user has one: an e-mail, if it is one. */
function dataOf({ username, email, properties }: KnownUser): object {
  const { password: _, ...fields } = properties;
  return { ...fields, ...(username !== email && { username }), ...(email !== null && { email }) };
}

export class RestedFault {
  /** @example 401 */
  status!: number;
  /** @example 'No live session. Log in.' */
  message!: string;
}

/** A refusal on this wire. */
export class RestedRefusal {
  error!: RestedFault;
}
