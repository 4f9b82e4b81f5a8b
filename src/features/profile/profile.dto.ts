import { IsString, Length } from 'class-validator';
import { IsPrintable } from '../../auth/body-rules.js';
import type { KnownUser } from '../../user/user.service.js';
import { IfSet } from '../../http/field-presence.js';

export class ProfileAnswer {
  /** @example '019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80' */
  id!: string;
  /** @example 'alice@example.org' */
  username!: string;
  /** @example 'Alice' */
  displayName!: string | null;
  /** @example ['editor'] */
  roles!: string[];
  /** @example '2026-11-20T18:00:00.000Z' */
  createdAt!: string;
  /** @example '2026-11-20T18:00:00.000Z' */
  updatedAt!: string;

  static of({ id, username, displayName, roles, createdAt, updatedAt }: KnownUser): ProfileAnswer {
    return { id, username, displayName, roles, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
  }
}

export class ProfileChanges {
  /**
   * How the user wants to be called; null removes it.
   * @example 'Alice'
   */
  @IfSet()
  @Length(1, 100)
  @IsPrintable()
  @IsString()
  displayName?: string | null;
}
