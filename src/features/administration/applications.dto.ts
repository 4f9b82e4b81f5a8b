import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { STATUSES } from './administration.dto.js';
import { IsPrintable } from '../../auth/body-rules.js';
import { NewKeyBody } from './application-keys.dto.js';
import { IsHttpUrl, IsOrigin } from './origin-rules.js';
import { EndpointBody, FailureLockBody, ParallelSessionsBody, WiresBody } from './application-parts.dto.js';
import { AreParts, IsPart } from './part-rules.js';
import { InLowerCase } from '../../http/in-lower-case.decorator.js';
import { IfGiven, IfSet } from '../../http/field-presence.js';

const PROPERTY = /^[A-Za-z_][\w.-]{0,63}$/;
const PROPERTY_RULE = { each: true, message: 'must hold words of letters, digits, _ . and - that begin with a letter' };
const HOST = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
const MAX_SECONDS = 400 * 86_400;

/** What an application decides for itself; new ones have defaults for all of it. */
class ApplicationSettingsBody {
  /**
   * Host names by which requests name it, without port.
   * @example ['shop.example.org']
   */
  @IfGiven()
  @Matches(HOST, { each: true, message: 'hosts must hold host names in lower case, without scheme and port' })
  @ArrayMaxSize(50)
  @ArrayUnique()
  @IsArray()
  hosts?: string[];
  /**
   * Origins whose pages may call, exactly as browsers send them.
   * @example ['https://app.example.org']
   */
  @IfGiven() @IsOrigin({ each: true }) @ArrayMaxSize(100) @ArrayUnique() @IsArray() allowedOrigins?: string[];
  /**
   * The wires refuse requests that name no origin.
   * @example false
   */
  @IfGiven() @IsBoolean() requiresOrigin?: boolean;
  /**
   * Where a redirecting logout may lead: full addresses, origins for any page there, or `*` for anywhere.
   * @example ['https://www.example.org/bye']
   */
  @IfGiven() @IsHttpUrl({ each: true }) @ArrayMaxSize(100) @ArrayUnique() @IsArray() logoutTargets?: string[];
  /**
   * Where a redirecting logout leads by default; null for the server’s own page.
   * @example 'https://www.example.org/bye'
   */
  @IfSet() @IsHttpUrl() @Length(1, 2048) @IsString() landingPage?: string | null;
  /**
   * People may register themselves.
   * @example false
   */
  @IfGiven() @IsBoolean() isRegistrationOpen?: boolean;
  /**
   * People may start a session without credentials.
   * @example false
   */
  @IfGiven() @IsBoolean() isGuestAllowed?: boolean;
  /**
   * Properties of users that nobody declared are kept; otherwise they are dropped.
   * @example true
   */
  @IfGiven() @IsBoolean() hasDynamicProperties?: boolean;
  /**
   * Declared properties of users.
   * @example ['phone']
   */
  @IfGiven() @Matches(PROPERTY, PROPERTY_RULE) @ArrayMaxSize(200) @ArrayUnique() @IsArray() propertyNames?: string[];
  /**
   * Properties without which nobody is registered.
   * @example []
   */
  @IfGiven()
  @Matches(PROPERTY, PROPERTY_RULE)
  @ArrayMaxSize(200)
  @ArrayUnique()
  @IsArray()
  requiredProperties?: string[];
  /**
   * Seconds from login; null leaves it to the contract.
   * @example 86400
   */
  @IfSet() @Max(MAX_SECONDS) @Min(60) @IsInt() sessionLifetime?: number | null;
  /**
   * Seconds without use; null leaves it to the contract.
   * @example 3600
   */
  @IfSet() @Max(MAX_SECONDS) @Min(60) @IsInt() sessionIdle?: number | null;
  /** Parallel sessions of one user, over all contracts; null leaves it to each contract. */
  @IfSet()
  @IsPart(() => ParallelSessionsBody)
  parallelSessions?: ParallelSessionsBody | null;
  /** Lock of a name after failed logins in a row; null never locks. */
  @IfSet() @IsPart(() => FailureLockBody) failureLock?: FailureLockBody | null;
  /** Endpoints of the Rested wire. The list is replaced whole; records of an endpoint that goes stay, and come back with it. */
  @IfGiven()
  @AreParts(() => EndpointBody)
  @ArrayUnique(({ name }: EndpointBody) => name, { message: 'endpoints must not name one endpoint twice' })
  @ArrayMaxSize(200)
  @IsArray()
  endpoints?: EndpointBody[];
  /** What a wire does as the original did, where Curfew by default does not. Replaced whole. */
  @IfGiven() @IsPart(() => WiresBody) wires?: WiresBody;
}

export class ApplicationChangesBody extends ApplicationSettingsBody {
  /** @example 'Shop' */
  @IfGiven() @Length(1, 100) @IsPrintable() @IsString() name?: string;
  /**
   * A disabled application answers nobody, and none of its sessions lives.
   * @example 'active'
   */
  @IfGiven() @IsIn(STATUSES) status?: (typeof STATUSES)[number];
}

export class NewApplicationBody extends ApplicationSettingsBody {
  /**
   * Brought along, so that an existing app keeps it; left out, the server makes one.
   * @example '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f'
   */
  @IfGiven()
  @InLowerCase()
  @IsUUID()
  id?: string;
  /** @example 'Shop' */
  @Length(1, 100) @IsPrintable() @IsString() name!: string;
  /** Keys by which clients name it. */
  @IfGiven()
  @AreParts(() => NewKeyBody)
  @ArrayMaxSize(50)
  @IsArray()
  keys?: NewKeyBody[];
}
