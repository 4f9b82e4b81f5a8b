import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../session/principal.js';

/** The proven caller. Only behind the guard: a public route has none. */
export function principalOf({ principal }: FastifyRequest): Principal {
  if (!principal) throw new Error('A public route has no principal.');
  return principal;
}

/** Hands the proven caller to a handler. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal =>
  principalOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | undefined;
  }
}
