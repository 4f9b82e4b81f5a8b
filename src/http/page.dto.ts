import { IsUUID } from 'class-validator';
import { IsPageSize } from './page-size.decorator.js';
import { IfGiven } from './field-presence.js';

/** How much of a list to answer, and where to go on. */
export class PageQuery {
  /**
   * At most so many; 50 where it is left out.
   * @example 50
   */
  @IsPageSize() limit?: number;
  /** The `next` of the page before. */
  @IfGiven() @IsUUID() after?: string;
}
