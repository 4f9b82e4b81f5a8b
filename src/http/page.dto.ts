import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';

const LIMITS = 'limit must be a whole number from 1 to 200';

/** How much of a list to answer, and where to go on. */
export class PageQuery {
  /**
   * At most so many; 50 where it is left out.
   * @example 50
   */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : value,
  )
  @IsInt({ message: LIMITS })
  @Min(1, { message: LIMITS })
  @Max(200, { message: LIMITS })
  limit?: number;
  /** The `next` of the page before. */
  @IsOptional() @IsUUID() after?: string;
}
