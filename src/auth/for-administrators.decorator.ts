import { applyDecorators, createParamDecorator, UseGuards, type ExecutionContext } from '@nestjs/common';
import { ApiBearerAuth, ApiCookieAuth, ApiSecurity } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Scope } from '../service-key/scope.js';
import type { Administrator, AdministratorRole } from './administrator.js';
import { AdministratorGuard, FurtherRoles } from './administrator.guard.js';
import { ADMINISTRATOR } from './administrator.strategy.js';
import { AuthenticateWith } from './authenticate-with.decorator.js';
import { OpenedActGuard } from './opened-act.guard.js';
import { RequiredScope } from './required-scope.guard.js';

/**
 * Opens a route or controller to people with the role `admin` or one of these further roles, and to services whose key has
 * this scope, or `admin`. On a route it stands in place of the controller's.
 */
export function ForAdministrators(
  scope: Scope,
  furtherRoles: readonly AdministratorRole[] = [],
): ClassDecorator & MethodDecorator {
  return applyDecorators(
    AuthenticateWith(ADMINISTRATOR),
    RequiredScope(scope),
    FurtherRoles(furtherRoles),
    UseGuards(AdministratorGuard, OpenedActGuard),
    // Swagger UI sends the last one that is authorized: an administrator's token, also where a key was pasted beside it.
    ApiSecurity('serviceKeyBasic'),
    ApiSecurity('serviceKey'),
    ApiCookieAuth('cookie'),
    ApiBearerAuth('bearer'),
  );
}

/** Hands whoever administers to a handler. Only behind `@ForAdministrators`. */
export const CurrentAdministrator = createParamDecorator((_: unknown, context: ExecutionContext): Administrator => {
  const { administrator } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!administrator) throw new Error('This route is not for administrators.');
  return administrator;
});
