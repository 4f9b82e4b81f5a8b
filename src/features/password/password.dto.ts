import { IsString, Length } from 'class-validator';
import { MaxUtf8Bytes } from '../../auth/body-rules.js';

export class PasswordLinkBody {
  /**
   * What stands in the link behind the `#`. Good once, and for a day.
   * @example 'cfl_AZqj8nwefTqbHy9MXW5_gAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
   */
  @Length(1, 128) @IsString() code!: string;
  /**
   * At least 8 characters, and none of the most common ones. No other rules of composition.
   * @example 'seven silent owls at midnight'
   */
  @Length(1, 1024) @MaxUtf8Bytes(1024) @IsString() newPassword!: string;
}
