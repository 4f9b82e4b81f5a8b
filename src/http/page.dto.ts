import { IsOptional, IsUUID } from 'class-validator';
import { IsPageSize } from './page-size.decorator.js';

/** How much of a list to answer, and where to go on. */
export class PageQuery {
  /**
   * At most so many; 50 where it is left out.
   * @example 50
   */
  @IsPageSize() limit?: number;
  /** The `next` of the page before. */
  @IsOptional() @IsUUID() after?: string;
}
