import { IsIn } from 'class-validator';
import type { FoundUser } from '../../user/user-search.js';
import { STATUSES } from './administration.dto.js';
import { TotalAnswer } from './session-lists.dto.js';

export class UserAnswer {
  /** @example '019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80' */
  id!: string;
  /** @example '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f' */
  applicationId!: string;
  /** @example 'alice@example.org' */
  username!: string;
  /** @example 'alice@example.org' */
  email!: string | null;
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

  /** When they last logged in, over whatever contract; null where they never did. @example '2026-11-20T18:00:00.000Z' */
  lastLoginAt!: string | null;

  static of(user: FoundUser): UserAnswer {
    const { id, applicationId, username, email, displayName, status, roles, createdAt, updatedAt, lastLoginAt } = user;
    return {
      id,
      applicationId,
      username,
      email,
      displayName,
      status,
      roles,
      createdAt: createdAt.toISOString(),
      updatedAt: updatedAt.toISOString(),
      lastLoginAt: lastLoginAt?.toISOString() ?? null,
    };
  }
}

export class UsersAnswer {
  users!: UserAnswer[];
  /** Goes into `after` for the next page; null on the last one. @example null */
  next!: string | null;
  /** Null where it was not asked for. */
  total!: TotalAnswer | null;
}

/** Of the table, in the order in which people read it. */
export const USER_COLUMNS = [
  'id',
  'applicationId',
  'username',
  'email',
  'displayName',
  'status',
  'roles',
  'createdAt',
  'updatedAt',
  'lastLoginAt',
] as const satisfies (keyof UserAnswer)[];
