import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Principal as ProvenCaller } from '../principal.js';
import type { GuardedRequest } from './guarded-request.js';
import { isPublic } from './route-rules.js';

/** Who the request acts for. */
// oxlint-disable-next-line no-redeclare -- value and type share the name, so that a service imports one.
export type Principal = ProvenCaller;

/** Hands the principal to a handler: `@Principal() principal: Principal`. Throws (500) where no CurfewGuard stands before it. */
export const Principal = createParamDecorator((_: unknown, context: ExecutionContext): ProvenCaller | undefined => {
  const { principal } = context.switchToHttp().getRequest<GuardedRequest>();
  if (!principal && !isPublic(context)) throw new Error('No CurfewGuard stands before this handler.');
  return principal;
});
