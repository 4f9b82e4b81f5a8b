import { IsString, Length, Matches } from 'class-validator';
import { IsPrintable } from '../../auth/body-rules.js';

/** What goes with an application. */
export class DeletionProposalAnswer {
  /** @example 9880 */
  users!: number;
  /** @example 12044 */
  sessions!: number;
  /** Service keys that are bound to it. @example 2 */
  keys!: number;
  /** Goes into the call that deletes it. Shown once. @example 'mZ0vYw0zB7gB5n3xWl8w1fJcT2Qd9rKXq6hUe4sLkPo' */
  confirmation!: string;
  /** The database’s time. @example '2026-11-20T18:05:00.000Z' */
  confirmationExpiresAt!: string;
}

export class DeletionQuery {
  /** From the dry run for this application; once, and for five minutes. @example 'mZ0vYw0zB7gB5n3xWl8w1fJcT2Qd9rKXq6hUe4sLkPo' */
  @Matches(/^[\w-]{43}$/, { message: 'confirmation must be that of a dry run' }) @IsString() confirmation!: string;
  /** Why. It is kept in the events. @example 'The shop has closed' */
  @Matches(/[\p{L}\p{N}\p{P}\p{S}]/u, { message: 'reason must say something' })
  @Length(1, 200)
  @IsPrintable()
  @IsString()
  reason!: string;
}
