import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { IfGiven } from './field-presence.js';

const LIMITS = 'limit must be a whole number from 1 to 200';

/** How many rows of a list to answer, as it stands in a query. May be left out. */
export function IsPageSize(): PropertyDecorator {
  return applyDecorators(
    IfGiven(),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : value,
    ),
    IsInt({ message: LIMITS }),
    Min(1, { message: LIMITS }),
    Max(200, { message: LIMITS }),
  );
}
