import { applyDecorators, UseGuards } from '@nestjs/common';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { Scope } from '../service-key/scope.js';
import { AuthenticateWith } from './authenticate-with.decorator.js';
import { RequiredScope, RequiredScopeGuard } from './required-scope.guard.js';
import { SERVICE } from './service.strategy.js';

/** Extension by which the OpenAPI document learns which scope a service needs. */
export const FOR_SERVICES = 'x-scope';

/** Opens a route or controller to services whose key has this scope, and to nobody else. `strategy` is for routes that ask about tokens. */
export function ForServices(scope: Scope, strategy: string = SERVICE): ClassDecorator & MethodDecorator {
  return applyDecorators(
    AuthenticateWith(strategy),
    RequiredScope(scope),
    UseGuards(RequiredScopeGuard),
    ApiSecurity('serviceKey'),
    ApiSecurity('serviceKeyBasic'),
    ApiExtension(FOR_SERVICES, scope),
  );
}
