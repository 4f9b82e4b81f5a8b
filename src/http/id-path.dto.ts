import { IsUUID } from 'class-validator';
import { InLowerCase } from './in-lower-case.decorator.js';

/** A path that ends in an id. Ids are compared in lower case, as the database writes them. */
export class IdPath {
  /**
   * The id, as lists give it.
   * @example '019aa3f2-8d2f-7e4b-8c2a-3a5b6c7d8e9f'
   */
  @InLowerCase()
  @IsUUID()
  id!: string;
}
