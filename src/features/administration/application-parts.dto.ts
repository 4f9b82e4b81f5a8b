import {
  IsBoolean,
  IsIn,
  IsInt,
  IsString,
  Matches,
  Max,
  Min,
  ValidateBy,
  type ValidationArguments,
} from 'class-validator';
import type { BackendlessSettings, ElvisSettings, RestedSettings } from '../../application/application-facts.js';
import { IsPart } from './part-rules.js';
import { IfGiven } from '../../http/field-presence.js';

const POLICIES = ['unlimited', 'refuse', 'end_oldest', 'newest_wins', 'first_wins'] as const;
const ENDPOINT_KINDS = ['authentication', 'records'] as const;
/** The Rested documentation's rule for names; 5 to 254 characters. */
const ENDPOINT = /^(?=.{5,254}$)(?!.*--)[a-z0-9](?:[a-z0-9/-]*[a-z0-9])?$/;

/** From 1 to 10,000 where the policy has a limit, and absent where it has none. */
function IsLimit(): PropertyDecorator {
  const hasLimit = ({ policy }: ParallelSessionsBody): boolean => policy === 'refuse' || policy === 'end_oldest';
  const validate = (value: unknown, args?: ValidationArguments): boolean =>
    hasLimit(args!.object as ParallelSessionsBody)
      ? Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 10_000
      : value === undefined;
  const defaultMessage = (args?: ValidationArguments): string =>
    hasLimit(args!.object as ParallelSessionsBody)
      ? 'limit must be a whole number from 1 to 10000'
      : 'limit goes with refuse and end_oldest alone';
  return ValidateBy({ name: 'isLimit', validator: { validate, defaultMessage } });
}

/** How many sessions one user may have at a time. */
export class ParallelSessionsBody {
  /**
   * `refuse` and `end_oldest` go with a limit; `newest_wins` and `first_wins` are a limit of one.
   * @example 'end_oldest'
   */
  @IsIn(POLICIES) policy!: (typeof POLICIES)[number];
  /** With `refuse` and `end_oldest` alone. @example 3 */
  @IsLimit()
  limit?: number;
}

/** When a name is locked, and for how long. */
export class FailureLockBody {
  /** Failures in a row. @example 5 */
  @Max(1_000) @Min(1) @IsInt() after!: number;
  /** Since the last failure. @example 900 */
  @Max(86_400) @Min(1) @IsInt() seconds!: number;
}

/** An endpoint of the Rested wire. */
export class EndpointBody {
  /**
   * Lower-case letters, digits, `-` and `/`; 5 to 254 of them.
   * @example 'examples/auth'
   */
  @Matches(ENDPOINT, {
    message: 'name must be 5 to 254 lower-case letters, digits, - and /, begin and end with neither, and hold no --',
  })
  @IsString()
  name!: string;
  /** For users, or for records. @example 'authentication' */
  @IsIn(ENDPOINT_KINDS) kind!: (typeof ENDPOINT_KINDS)[number];
  /** Of records: every method needs a token. @example false */
  @IfGiven() @IsBoolean() isSecure?: boolean;
  /** Of a secure endpoint: other users may read. @example false */
  @IfGiven() @IsBoolean() isReadableByOthers?: boolean;
}

/** The Backendless wire. */
export class BackendlessWireBody implements BackendlessSettings {
  /** POST logs out too. @example false */
  @IfGiven() @IsBoolean() isPostLogoutOpen?: boolean;
  /** Recovery tells an unknown identity from a known one. @example false */
  @IfGiven() @IsBoolean() isRecoveryTelling?: boolean;
}

/** The Rested wire. */
export class RestedWireBody implements RestedSettings {
  /** A logout without a live token is 401. @example false */
  @IfGiven() @IsBoolean() isLogoutStrict?: boolean;
}

/** The Elvis wire. */
export class ElvisWireBody implements ElvisSettings {
  /** `false`: failures are HTTP statuses. @example true */
  @IfGiven() @IsBoolean() sendServiceErrorAsJson?: boolean;
  /** Login by GET, with credentials in the URL. @example false */
  @IfGiven() @IsBoolean() isGetLoginOpen?: boolean;
  /** A logout without a live session is refused. @example false */
  @IfGiven() @IsBoolean() isLogoutStrict?: boolean;
}

/** What each wire does differently for this application. */
export class WiresBody {
  @IfGiven() @IsPart(() => BackendlessWireBody) backendless?: BackendlessWireBody;
  @IfGiven() @IsPart(() => RestedWireBody) rested?: RestedWireBody;
  @IfGiven() @IsPart(() => ElvisWireBody) elvis?: ElvisWireBody;
}
