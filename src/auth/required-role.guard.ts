import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../errors/domain.error.js';

/** The role without which a controller's routes answer 403. */
export const RequiredRole = Reflector.createDecorator<string>();

/** Roles are read by the check itself, so a role taken away is gone with the next request. */
@Injectable()
export class RequiredRoleGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const role = this.reflector.getAllAndOverride(RequiredRole, [context.getHandler(), context.getClass()]);
    const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
    if (role === undefined || principal?.roles.includes(role)) return true;
    throw roleMissing(role);
  }
}

/** What whoever lacks the role is told. */
export function roleMissing(role: string): DomainError {
  return new DomainError('FORBIDDEN', `This needs the role ${role}.`);
}
