import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../session/principal.js';

/** Hands the proven caller to a handler. Only behind the guard: a public route has none. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!principal) throw new Error('A public route has no principal.');
  return principal;
});

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | undefined;
  }
}
