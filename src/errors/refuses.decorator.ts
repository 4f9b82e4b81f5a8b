import { applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { DomainError, ErrorCode } from './domain.error.js';

/** Extension under which a route keeps its refusals until the contract's document gives them their faces. */
export const REFUSES = 'x-refuses';

/** A code, or a refusal as the route throws it, where that says more than its code. */
export type Refusal = ErrorCode | DomainError;

/** What every route that reads a body of ours may refuse it with. */
export const UNREADABLE = [
  'VALIDATION_FAILED',
  'BODY_UNREADABLE',
  'BODY_TOO_LARGE',
  'MEDIA_TYPE_UNSUPPORTED',
] as const satisfies ErrorCode[];

/** What a route refuses with, beside those that every route, every guarded route and every body can bring. */
export function Refuses(...refusals: Refusal[]): MethodDecorator {
  return applyDecorators(
    ApiExtension(
      REFUSES,
      // Nest copies what it keeps, and the copy of a refusal is none; a function stays itself.
      refusals.map((refusal) => () => refusal),
    ),
  );
}
