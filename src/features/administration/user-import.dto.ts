import { OmitType } from '@nestjs/swagger';
import { IsIn, IsObject, ValidateBy } from 'class-validator';
import { readStoredHash } from '../../user/stored-hash.js';
import { NewUserBody, STATUSES } from './administration.dto.js';
import { IsInstant } from './filter-rules.js';
import { IfGiven } from '../../http/field-presence.js';

/** One line of an import. */
export class ImportedUserLine extends OmitType(NewUserBody, ['password']) {
  /** Left out: `active`. @example 'active' */
  @IfGiven() @IsIn(STATUSES) status?: (typeof STATUSES)[number];
  /** What the application keeps about its users. @example { "phone": "555" } */
  @IfGiven() @IsStorable() @IsObject() properties?: Record<string, unknown>;
  /**
   * argon2id, argon2i, bcrypt, scrypt or PBKDF2; left out, the user needs a link.
   * @example '$2b$12$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG'
   */
  @IfGiven() @IsStoredHash() passwordHash?: string;
  /** Left out: now. @example '2026-11-20T18:00:00.000Z' */
  @IfGiven() @IsInstant() createdAt?: string;
}

/** Why a line was refused. */
export class ImportFault {
  /** Counted from 1. @example 17 */
  line!: number;
  /** Empty where the line itself is at fault. @example 'username' */
  field!: string;
  /** @example 'is taken' */
  message!: string;
}

/** How far an import is, and at its end what came of it. */
export class ImportProgress {
  /** Lines read so far; empty ones are not counted. @example 100000 */
  lines!: number;
  /** @example 99999 */
  imported!: number;
  /** @example 1 */
  refused!: number;
  /** False while it goes on. @example true */
  isComplete!: boolean;
}

export class ImportAnswer extends ImportProgress {
  /** The first thousand of them. */
  faults!: ImportFault[];
}

function IsStoredHash(): PropertyDecorator {
  const faultOf = (value: unknown): string | undefined => {
    const read = typeof value === 'string' ? readStoredHash(value) : 'must be a string';
    return typeof read === 'string' ? read : undefined;
  };
  return ValidateBy({
    name: 'isStoredHash',
    validator: {
      validate: (value) => faultOf(value) === undefined,
      defaultMessage: (of) => `$property ${faultOf(of?.value)}`,
    },
  });
}

/** PostgreSQL keeps no NUL in its JSON. */
function IsStorable(): PropertyDecorator {
  return ValidateBy({
    name: 'isStorable',
    validator: {
      validate: (value) => !/(?<!\\)(?:\\\\)*\\u0000/.test(JSON.stringify(value) ?? ''),
      defaultMessage: () => '$property must hold no NUL',
    },
  });
}
