import { Matches } from 'class-validator';
import { IdPath } from '../../http/id-path.dto.js';

/** A path that ends in the id of an application’s key. */
export class KeyPath extends IdPath {
  /**
   * The key’s id, as the application shows it.
   * @example '9f86d081884c7d65'
   */
  @Matches(/^[\da-f]{16}$/, { message: 'keyId must be 16 hexadecimal digits' }) keyId!: string;
}
