import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../errors/domain.error.js';
import type { AdministratorRole } from './administrator.js';
import { RequiredScope, scopeMissing } from './required-scope.guard.js';

/** Roles beside `admin` that a route or controller is open to. */
export const FurtherRoles = Reflector.createDecorator<readonly AdministratorRole[]>();

/** Lets in people with the role `admin` or one that the route is open to, and services whose key has its scope, or `admin`. Read with the check, so what is taken away is gone with the next request. */
@Injectable()
export class AdministratorGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const { administrator } = context.switchToHttp().getRequest<FastifyRequest>();
    const route = [context.getHandler(), context.getClass()];
    const scope = this.reflector.getAllAndOverride(RequiredScope, route);
    if (!administrator || !scope) throw new Error('This route is not for administrators.');
    if ('person' in administrator) {
      const roles = ['admin', ...(this.reflector.getAllAndOverride(FurtherRoles, route) ?? [])];
      if (roles.some((role) => administrator.person.roles.includes(role))) return true;
      throw roleMissing(...roles);
    }
    const { scopes } = administrator.service;
    if (scopes.includes(scope) || scopes.includes('admin')) return true;
    throw scopeMissing(scope);
  }
}

/** What whoever has none of the roles is told. */
export function roleMissing(...roles: string[]): DomainError {
  return new DomainError('FORBIDDEN', `This needs the role ${roles.join(' or ')}.`);
}
