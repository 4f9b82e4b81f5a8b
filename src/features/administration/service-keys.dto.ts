import { applyDecorators } from '@nestjs/common';
import {
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsISO8601,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { IsPrintable } from '../../auth/body-rules.js';
import { InLowerCase } from '../../http/in-lower-case.decorator.js';
import { SCOPES, type Scope } from '../../service-key/scope.js';
import type { KnownServiceKey, MintedServiceKey } from '../../service-key/service-key-facts.js';
import { IfGiven, IfSet } from '../../http/field-presence.js';

const A_WEEK_SECONDS = 604_800;

/** An instant with its zone. */
function IsInstant(): PropertyDecorator {
  const message = 'expiresAt must be an instant such as 2027-11-20T18:00:00Z';
  return applyDecorators(
    IsISO8601({ strict: true, strictSeparator: true }, { message }),
    Matches(/(?:Z|[+-]\d\d:\d\d)$/, { message }),
    MaxLength(40),
  ) as PropertyDecorator;
}

export class NewServiceKeyBody {
  /**
   * Whose key it is, for people.
   * @example 'Gateway'
   */
  @Length(1, 100) @IsPrintable() @IsString() name!: string;
  /**
   * What it opens: `introspect` questions about tokens, `revoke` ending them, `events` listening, `users` and `sessions` their
   * administration, `audit` what happened, `metrics` the metrics, `admin` all administration.
   * @example ['introspect']
   */
  @IsIn(SCOPES, { each: true, message: `scopes must be any of ${SCOPES.join(', ')}` })
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsArray()
  scopes!: Scope[];
  /**
   * The one application that it may ask about, or null for all of them. Left out: the application of the administrator.
   * @example null
   */
  @IfSet()
  @InLowerCase()
  @IsUUID()
  applicationId?: string | null;
  /**
   * Dead from then on. Left out or null: it never expires.
   * @example '2027-11-20T18:00:00.000Z'
   */
  @IfSet()
  @IsInstant()
  expiresAt?: string | null;
}

export class ServiceKeyChangesBody {
  /** @example 'Gateway' */
  @IfGiven() @Length(1, 100) @IsPrintable() @IsString() name?: string;
  /** Replaced whole. @example ['introspect', 'events'] */
  @IfGiven()
  @IsIn(SCOPES, { each: true, message: `scopes must be any of ${SCOPES.join(', ')}` })
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsArray()
  scopes?: Scope[];
  /** Dead from then on. Null: it never expires. @example '2027-11-20T18:00:00.000Z' */
  @IfSet() @IsInstant() expiresAt?: string | null;
}

export class RotationBody {
  /**
   * For so many seconds the old secret opens the same doors, so that services change over one by one; at most a week. Left out: 0.
   * @example 3600
   */
  @IfGiven() @IsInt() @Min(0) @Max(A_WEEK_SECONDS) overlapSeconds?: number;
}

export class ServiceKeyAnswer {
  /** Names the key, and opens nothing: the user name of HTTP Basic. @example '019aa3f2-9e3a-7f5c-8d3b-4b6c7d8e9fa0' */
  id!: string;
  /** @example 'Gateway' */
  name!: string;
  /** @example ['introspect'] */
  @IsIn(SCOPES, { each: true }) scopes!: Scope[];
  /** Null is every application. @example null */
  applicationId!: string | null;
  /** @example '2026-11-20T18:00:00.000Z' */
  createdAt!: string;
  /** Null never expires. @example '2027-11-20T18:00:00.000Z' */
  expiresAt!: string | null;
  /** To the minute; null until its first use. @example '2026-11-20T18:00:00.000Z' */
  lastUsedAt!: string | null;
  /** The secret before the last rotation opens the same doors until then. @example null */
  previousUntil!: string | null;

  static of(key: KnownServiceKey): ServiceKeyAnswer {
    const { id, name, scopes, applicationId, createdAt, expiresAt, lastUsedAt, previousUntil } = key;
    const instants = { createdAt: createdAt.toISOString(), expiresAt: instantOrNull(expiresAt) };
    const uses = { lastUsedAt: instantOrNull(lastUsedAt), previousUntil: instantOrNull(previousUntil) };
    return { id, name, scopes, applicationId, ...instants, ...uses };
  }
}

export class MintedServiceKeyAnswer extends ServiceKeyAnswer {
  /**
   * Shown once, here.
   * @example 'cfk_AZqj8p46f1yNO0tsfY6foAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
   */
  key!: string;

  static ofMinted({ secret, ...key }: MintedServiceKey): MintedServiceKeyAnswer {
    return Object.assign(ServiceKeyAnswer.of(key), { key: secret });
  }
}

export class ServiceKeysAnswer {
  serviceKeys!: ServiceKeyAnswer[];
  /** Goes into `after` for the next page; null on the last one. @example null */
  next!: string | null;
}

function instantOrNull(instant: Date | null): string | null {
  return instant && instant.toISOString();
}
