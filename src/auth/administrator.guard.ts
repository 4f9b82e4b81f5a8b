import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../errors/domain.error.js';
import { RequiredScope, scopeMissing } from './required-scope.guard.js';

const ROLE = 'admin';

/** Lets in people with the role `admin`, and services whose key has the scope of the route, or `admin`. Read with the check, so what is taken away is gone with the next request. */
@Injectable()
export class AdministratorGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const { administrator } = context.switchToHttp().getRequest<FastifyRequest>();
    const scope = this.reflector.getAllAndOverride(RequiredScope, [context.getHandler(), context.getClass()]);
    if (!administrator || !scope) throw new Error('This route is not for administrators.');
    if ('person' in administrator) {
      if (administrator.person.roles.includes(ROLE)) return true;
      throw roleMissing(ROLE);
    }
    const { scopes } = administrator.service;
    if (scopes.includes(scope) || scopes.includes('admin')) return true;
    throw scopeMissing(scope);
  }
}

/** What whoever lacks the role is told. */
export function roleMissing(role: string): DomainError {
  return new DomainError('FORBIDDEN', `This needs the role ${role}.`);
}
