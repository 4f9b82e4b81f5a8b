import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsString, Length, Max, Min } from 'class-validator';
import { AnnouncedEvent, EVENT_TYPES, type EventType } from '../../event/announced-event.dto.js';
import { IfGiven } from '../../http/field-presence.js';

const LIMITS = 'limit must be a whole number from 1 to 500';
const WAITS = 'wait must be a whole number of seconds from 0 to 25';
const wholeNumber = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : value;

/** Which events, and from where on. */
export class StreamQuery {
  /**
   * The cursor up to which everything is known: `next` of a poll, `id` of a stream. `oldest` is everything that is kept; without it, whatever happens from now on.
   * @example 'oldest'
   */
  @IfGiven()
  @IsString()
  @Length(1, 64)
  after?: string;
  /**
   * These types alone, separated by commas; all of them where it is left out.
   */
  @IfGiven()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value))
  @IsIn(EVENT_TYPES, { each: true, message: ({ value }) => unknownTypes(value) })
  types?: EventType[];
}

export class EventsQuery extends StreamQuery {
  /**
   * At most so many; 100 where it is left out.
   * @example 100
   */
  @IfGiven()
  @Transform(wholeNumber)
  @IsInt({ message: LIMITS })
  @Min(1, { message: LIMITS })
  @Max(500, { message: LIMITS })
  limit?: number;
  /**
   * For how many seconds to wait while there is nothing; 20 where it is left out.
   * @example 20
   */
  @IfGiven()
  @Transform(wholeNumber)
  @IsInt({ message: WAITS })
  @Min(0, { message: WAITS })
  @Max(25, { message: WAITS })
  wait?: number;
}

export class EventsAnswer {
  /** In their order: of one user, what happened first comes first. */
  events!: AnnouncedEvent[];
  /** Goes into `after` next time, also where no events came. @example '1-4711-42' */
  next!: string;
  /** More is there already: ask again at once. @example false */
  hasMore!: boolean;
}

function unknownTypes(value: unknown): string {
  const given = Array.isArray(value) ? value : [value];
  const unknown = given.filter((type) => !EVENT_TYPES.includes(type as EventType)).map(String);
  return `unknown: ${unknown.join(', ').slice(0, 100)}; there are ${EVENT_TYPES.join(', ')}`;
}
