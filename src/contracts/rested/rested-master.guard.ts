import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { hostOf } from '../../auth/wire.js';
import { applicationOf } from '../../auth/wire-entry.js';
import { DomainError } from '../../errors/domain.error.js';
import { SessionService } from '../../session/session.service.js';
import { onlyValue, parametersOf } from './rested-address.js';

/** Judges the master key wherever one is given: a right one makes its bearer an operator of the project, a wrong one is refused. */
@Injectable()
export class RestedMasterGuard implements CanActivate {
  constructor(private readonly sessions: SessionService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const key = onlyValue(parametersOf(request), 'masterKey');
    if (key === undefined) return true;
    const named = await this.sessions.applicationOf({ host: hostOf(request), key });
    if (named?.keyKind !== 'rested_master' || named.id !== applicationOf(request).id)
      throw new DomainError('FORBIDDEN', 'The master key is not one of this application.');
    request.isOperator = true;
    return true;
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The request brought the master key of its project. */
    isOperator?: true;
  }
}
