import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AuditNotes } from '../audit/audit-notes.js';
import { actOf } from './request-acts.js';

/** Puts an act of an administrator on record before it is done: where that cannot be written nothing is done. Refuses STORE_UNAVAILABLE. */
@Injectable()
export class OpenedActGuard implements CanActivate {
  constructor(private readonly notes: AuditNotes) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { act } = request.routeOptions.config;
    if (act?.changesState && request.actId === undefined) await this.notes.open(actOf(request, null));
    return true;
  }
}
