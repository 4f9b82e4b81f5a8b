import { applyDecorators, createParamDecorator, UseGuards, type ExecutionContext } from '@nestjs/common';
import { ApiBearerAuth, ApiCookieAuth, ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Refusal } from '../errors/refuses.decorator.js';
import type { Scope } from '../service-key/scope.js';
import type { Administrator, AdministratorRole } from './administrator.js';
import { AdministratorGuard, FurtherRoles, roleMissing } from './administrator.guard.js';
import { ADMINISTRATOR } from './administrator.strategy.js';
import { AuthenticateWith } from './authenticate-with.decorator.js';
import { OpenedActGuard } from './opened-act.guard.js';
import { RequiredScope, scopeMissing } from './required-scope.guard.js';

/** Extension by which the OpenAPI document learns what those are told whom the guard turns away. */
export const FOR_ADMINISTRATORS = 'x-administrators';

/**
 * Opens a route or controller to people with the role `admin` or one of these further roles, and to services whose key has
 * this scope, or `admin`; the document says so by itself. On a route it stands in place of the controller's.
 */
export function ForAdministrators(
  scope: Scope,
  furtherRoles: readonly AdministratorRole[] = [],
): ClassDecorator & MethodDecorator {
  const refusals: Refusal[] = [roleMissing('admin', ...furtherRoles), scopeMissing(scope)];
  return applyDecorators(
    AuthenticateWith(ADMINISTRATOR),
    // Nest copies what it keeps, and the copy of a refusal is none; a function stays itself.
    ApiExtension(
      FOR_ADMINISTRATORS,
      refusals.map((refusal) => () => refusal),
    ),
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
