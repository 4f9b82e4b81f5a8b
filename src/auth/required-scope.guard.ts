import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../errors/domain.error.js';
import type { Scope } from '../service-key/scope.js';

/** The scope without which a service key gets 403 at a route or controller. */
export const RequiredScope = Reflector.createDecorator<Scope>();

/** Scopes are read with the key, so one taken away is gone with the next request. Closed where no scope is named. */
@Injectable()
export class RequiredScopeGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const scope = this.reflector.getAllAndOverride(RequiredScope, [context.getHandler(), context.getClass()]);
    const { service } = context.switchToHttp().getRequest<FastifyRequest>();
    if (scope !== undefined && service?.scopes.includes(scope)) return true;
    throw scopeMissing(scope ?? 'admin');
  }
}

/** What a service whose key lacks the scope is told. */
export function scopeMissing(scope: Scope): DomainError {
  return new DomainError('SCOPE_MISSING', `This needs a service key with the scope ${scope}.`);
}
