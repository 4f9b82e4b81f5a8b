import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, Max, Min, ValidateBy } from 'class-validator';
import { HistoryPosition } from '../../session/history-position.js';
import { SessionPosition } from '../../session/session-position.js';
import { addressRangeOf } from './address-range.js';

// Within what JavaScript and PostgreSQL both can say, whatever the offset.
const INSTANT = /^(?:19[7-9]\d|2\d{3})-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)$/;
const TEN_YEARS_MS = 315_360_000_000;
const SPAN = `must be a whole number from 1 to ${TEN_YEARS_MS}`;

/** An address or a range in CIDR notation; it comes out as sessions hold addresses. */
export function IsAddressRange(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (addressRangeOf(value) ?? value) : value,
    ),
    rule(
      'isAddressRange',
      'must be an address or a range such as 203.0.113.0/24, with no bit set behind its length',
      (value) => addressRangeOf(value) !== undefined,
    ),
  );
}

/** An instant as RFC 3339 writes it, with its offset; milliseconds count. It comes out in UTC. For fields that may be left out. */
export function IsInstant(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (isInstant(value) ? new Date(value).toISOString() : value)),
    rule('isInstant', 'must be an instant such as 2027-11-20T18:00:00Z', isInstant),
    ApiProperty({ format: 'date-time', required: false }),
  );
}

/** A number of milliseconds, also as it stands in a query. */
export function IsSpanMs(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value,
    ),
    Max(TEN_YEARS_MS, { message: SPAN }),
    Min(1, { message: SPAN }),
    IsInt({ message: SPAN }),
  );
}

/** The `next` of a page of sessions; it comes out as the place that it names. */
export function IsSessionPosition(): PropertyDecorator {
  return isPosition(SessionPosition);
}

/** The `next` of a page of the history; it comes out as the place that it names. */
export function IsHistoryPosition(): PropertyDecorator {
  return isPosition(HistoryPosition);
}

function isPosition(Position: typeof SessionPosition | typeof HistoryPosition): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => Position.parse(value) ?? value),
    ValidateBy({
      name: 'isPosition',
      validator: {
        validate: (value: unknown) => value instanceof Position,
        defaultMessage: () => '$property must be the next of a page before',
      },
    }),
    ApiProperty({ type: String, required: false }),
  );
}

// February has no 30th: a date that JavaScript would move on is none.
function isInstant(value: unknown): value is string {
  if (typeof value !== 'string' || !INSTANT.test(value) || Number.isNaN(Date.parse(value))) return false;
  const day = new Date(`${value.slice(0, 10)}T00:00:00Z`);
  return day.toISOString().startsWith(value.slice(0, 10));
}

function rule(name: string, message: string, validate: (value: string) => boolean): PropertyDecorator {
  return ValidateBy({
    name,
    validator: {
      validate: (value: unknown) => typeof value === 'string' && validate(value),
      defaultMessage: () => `$property ${message}`,
    },
  });
}
