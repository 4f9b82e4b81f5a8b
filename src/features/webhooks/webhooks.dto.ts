import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsString,
  IsUUID,
  Length,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { IsPrintable } from '../../auth/body-rules.js';
import { EVENT_TYPES, type EventType } from '../../event/announced-event.dto.js';
import { InLowerCase } from '../../http/in-lower-case.decorator.js';
import { IsWebhookSecret } from './secret-rule.js';
import { IfGiven, IfSet } from '../../http/field-presence.js';

export const WEBHOOK_STATUSES = ['active', 'disabled'] as const;
const KNOWN_TYPES = `types must be any of ${EVENT_TYPES.join(', ')}`;
const MAX_OVERLAP_SECONDS = 604_800;

export class NewWebhookBody {
  /**
   * Where events are posted: https, a public address, port 443 or one from 1024 on.
   * @example 'https://shop.example.org/hooks/curfew'
   */
  @Length(1, 2048) @IsString() url!: string;
  /**
   * Whose events: left out, those of your own application; null, those of all, for administrators of the first application.
   * @example '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f'
   */
  @IfSet() @InLowerCase() @IsUUID() applicationId?: string | null;
  /**
   * Left out or empty: every type, also those to come.
   * @example ['session.ended', 'application.sessions_ended']
   */
  @IfGiven()
  @IsIn(EVENT_TYPES, { each: true, message: KNOWN_TYPES })
  @ArrayUnique()
  @ArrayMaxSize(20)
  @IsArray()
  types?: EventType[];
  /** @example 'Carts of the shop' */
  @IfSet() @MaxLength(200) @IsPrintable() @IsString() description?: string | null;
  /**
   * Brought along from elsewhere: `whsec_` and base64 of 24 to 64 bytes. Left out, the server makes one.
   * @example 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
   */
  @IfGiven() @IsWebhookSecret() secret?: string;
}

export class WebhookChangesBody {
  /**
   * What waits is sent there too.
   * @example 'https://shop.example.org/hooks/curfew'
   */
  @IfGiven() @Length(1, 2048) @IsString() url?: string;
  /**
   * Replaced whole; empty for every type.
   * @example ['session.ended']
   */
  @IfGiven()
  @IsIn(EVENT_TYPES, { each: true, message: KNOWN_TYPES })
  @ArrayUnique()
  @ArrayMaxSize(20)
  @IsArray()
  types?: EventType[];
  /**
   * Null removes it.
   * @example 'Carts of the shop'
   */
  @IfSet() @MaxLength(200) @IsPrintable() @IsString() description?: string | null;
  /**
   * Disabled: what waits goes on waiting, and what happens meanwhile is not sent.
   * @example 'disabled'
   */
  @IfGiven() @IsIn(WEBHOOK_STATUSES) status?: (typeof WEBHOOK_STATUSES)[number];
}

export class RotateSecretBody {
  /**
   * For so many seconds the old secret signs beside the new one; a day where it is left out, a week at most.
   * @example 86400
   */
  @IfGiven() @Max(MAX_OVERLAP_SECONDS) @Min(0) @IsInt() overlapSeconds?: number;
  /**
   * Brought along from elsewhere. Left out, the server makes one.
   * @example 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
   */
  @IfGiven() @IsWebhookSecret() secret?: string;
}
