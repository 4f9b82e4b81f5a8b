import { IsIn, IsString, Matches } from 'class-validator';
import { KEY_KINDS, KEY_SHAPE, type KeyKind } from '../../application/application-keys.js';
import type { KnownKey } from '../../application/application-settings.js';
import { IfGiven } from '../../http/field-presence.js';

export class NewKeyBody {
  /**
   * The kind of client it is for: `client` for any wire; `android`, `ios`, `js`, `dotnet`, `actionscript`, `rest` and the secret
   * `server` for Backendless clients; `rested` and the secret `rested_master` for Rested ones.
   * @example 'js'
   */
  @IsIn(KEY_KINDS) kind!: KeyKind;
  /**
   * Brought along from elsewhere: 8 to 128 letters, digits, dots, hyphens or underscores; left out, the server makes one.
   * @example '3F2504E0-4F89-41D3-9A0C-0305E82C3301'
   */
  @IfGiven()
  @Matches(KEY_SHAPE, { message: 'key must be 8 to 128 letters, digits, dots, hyphens or underscores' })
  @IsString()
  key?: string;
}

export class KeyAnswer {
  /** Names the key, and opens nothing. @example '9f86d081884c7d65' */
  id!: string;
  /** @example 'js' */
  @IsIn(KEY_KINDS) kind!: KeyKind;
  /** Of a secret kind it is shown once, in the answer that made it. @example '3f2504e04f8941d39a0c0305e82c3301' */
  key!: string | null;
  /** @example '2026-11-20T18:00:00.000Z' */
  createdAt!: string;

  static of({ id, kind, key, createdAt }: KnownKey): KeyAnswer {
    return { id, kind, key, createdAt: createdAt.toISOString() };
  }
}
