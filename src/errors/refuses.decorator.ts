import { applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { ErrorCode } from './domain.error.js';

/** Extension under which a route keeps its codes until the contract's document gives them their faces. */
export const REFUSES = 'x-refuses';

/** What every route that reads a body may refuse it with. */
export const UNREADABLE = [
  'VALIDATION_FAILED',
  'BODY_UNREADABLE',
  'BODY_TOO_LARGE',
  'MEDIA_TYPE_UNSUPPORTED',
] as const satisfies ErrorCode[];

/** Which codes a route refuses with, beside those that every route, every guarded route and every body can bring. */
export function Refuses(...codes: ErrorCode[]): MethodDecorator {
  return applyDecorators(ApiExtension(REFUSES, codes));
}
