import { IsIn } from 'class-validator';
import { STATUSES } from './administration.dto.js';
import { KeyAnswer } from './application-keys.dto.js';
import { EndpointBody, FailureLockBody, ParallelSessionsBody, WiresBody } from './application-parts.dto.js';

export class ApplicationAnswer {
  /** @example '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f' */
  id!: string;
  /** @example 'Shop' */
  name!: string;
  /** @example 'active' */
  @IsIn(STATUSES) status!: (typeof STATUSES)[number];
  keys!: KeyAnswer[];
  /** @example ['shop.example.org'] */
  hosts!: string[];
  /** @example ['https://app.example.org'] */
  allowedOrigins!: string[];
  /** @example false */
  requiresOrigin!: boolean;
  /** @example ['https://www.example.org/bye'] */
  logoutTargets!: string[];
  /** @example 'https://www.example.org/bye' */
  landingPage!: string | null;
  /** @example false */
  isRegistrationOpen!: boolean;
  /** @example false */
  isGuestAllowed!: boolean;
  /** @example true */
  hasDynamicProperties!: boolean;
  /** @example ['phone'] */
  propertyNames!: string[];
  /** @example ['phone'] */
  requiredProperties!: string[];
  /** @example 86400 */
  sessionLifetime!: number | null;
  /** @example 3600 */
  sessionIdle!: number | null;
  parallelSessions!: ParallelSessionsBody | null;
  failureLock!: FailureLockBody | null;
  endpoints!: EndpointBody[];
  wires!: WiresBody;
  /** @example '2026-11-20T18:00:00.000Z' */
  createdAt!: string;
  /** @example '2026-11-20T18:00:00.000Z' */
  updatedAt!: string;
}

export class ApplicationsAnswer {
  applications!: ApplicationAnswer[];
  /** Goes into `after` for the next page; null on the last one. @example null */
  next!: string | null;
}
