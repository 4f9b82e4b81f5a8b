import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  Length,
  Matches,
  ValidateIf,
} from 'class-validator';
import { IsPrintable, MaxUtf8Bytes } from '../../auth/body-rules.js';
import { PageQuery } from '../../http/page.dto.js';
import type { KnownUser } from '../../user/user.service.js';

const STATUSES = ['active', 'disabled'] as const;
const ROLE = /^[A-Za-z][A-Za-z0-9_.:-]{0,63}$/;
const ROLE_RULE = {
  each: true,
  message: 'roles must be words of letters, digits and _ . : - that begin with a letter',
};

export class NewUserBody {
  /**
   * User name or e-mail: what the user logs in with.
   * @example 'alice@example.org'
   */
  @Length(1, 254) @IsPrintable() @IsString() username!: string;
  /**
   * At least 8 characters, and none of the most common ones.
   * @example 'correct horse battery staple'
   */
  @Length(1, 1024) @MaxUtf8Bytes(1024) @IsString() password!: string;
  /** @example 'Alice' */
  @IsOptional() @Length(1, 100) @IsPrintable() @IsString() displayName?: string;
  /**
   * `admin` opens these routes.
   * @example ['editor']
   */
  @ValidateIf((_, value) => value !== undefined)
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
  @ValidateIf((_, value) => value !== undefined && value !== null)
  @Length(1, 100)
  @IsPrintable()
  @IsString()
  displayName?: string | null;
  /** @example ['editor'] */
  @ValidateIf((_, value) => value !== undefined)
  @Matches(ROLE, ROLE_RULE)
  @ArrayMaxSize(50)
  @ArrayUnique()
  @IsArray()
  roles?: string[];
  /**
   * Disabling ends all of the user's sessions.
   * @example 'disabled'
   */
  @ValidateIf((_, value) => value !== undefined) @IsIn(STATUSES) status?: (typeof STATUSES)[number];
}

export class UsersQuery extends PageQuery {
  /**
   * Only the user with exactly this sign-in name, in any case.
   * @example 'alice@example.org'
   */
  @IsOptional() @Length(1, 254) @IsString() login?: string;
}

export class UserAnswer {
  /** @example '019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80' */
  id!: string;
  /** @example '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f' */
  applicationId!: string;
  /** @example 'alice@example.org' */
  username!: string;
  /** @example 'Alice' */
  displayName!: string | null;
  /** A user who is disabled cannot log in. @example 'active' */
  @IsIn(STATUSES) status!: (typeof STATUSES)[number];
  /** @example ['editor'] */
  roles!: string[];
  /** @example '2026-11-20T18:00:00.000Z' */
  createdAt!: string;
  /** @example '2026-11-20T18:00:00.000Z' */
  updatedAt!: string;

  static of({ id, applicationId, username, displayName, status, roles, createdAt, updatedAt }: KnownUser): UserAnswer {
    return {
      id,
      applicationId,
      username,
      displayName,
      status,
      roles,
      createdAt: createdAt.toISOString(),
      updatedAt: updatedAt.toISOString(),
    };
  }
}

export class UsersAnswer {
  users!: UserAnswer[];
  /** Goes into `after` for the next page; null on the last one. @example null */
  next!: string | null;
}
