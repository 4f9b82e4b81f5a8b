import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { UserOwner } from '../../auth/own-user.service.js';
import { WireEntries } from '../../auth/wire-entries.js';
import { applicationOf } from '../../auth/wire-entry.js';
import { DomainError } from '../../errors/domain.error.js';
import type { RecordCaller } from '../../record/record-facts.js';
import type { Principal } from '../../session/principal.js';
import { RESTED } from './rested.strategy.js';

/** Who asks. One path serves open and secured endpoints, so that its operations, and not the guard, judge the token: after the body. */
@Injectable()
export class RestedCallers {
  constructor(private readonly entries: WireEntries) {}

  /** Whose user is meant: the caller's own, or any that an operator names. Refuses SESSION_UNKNOWN, and FORBIDDEN for another's id. */
  ownerOf(request: FastifyRequest, id: string | undefined): UserOwner {
    if (request.isOperator && id !== undefined) return { applicationId: applicationOf(request).id, userId: id };
    const principal = this.remember(request, this.entry.admit(request));
    if (id !== undefined && id !== principal.userId)
      throw new DomainError('FORBIDDEN', 'Only the owner reads, changes or deletes a user.');
    return principal;
  }

  /** On a secure endpoint a live session, or SESSION_UNKNOWN; on an open one whoever is there. */
  recordCallerOf(request: FastifyRequest): RecordCaller {
    const isOperator = request.isOperator === true;
    const needsSession = applicationOf(request).endpoint?.isSecure === true && !isOperator;
    const principal = needsSession ? this.entry.admit(request) : this.entry.findPrincipal(request);
    if (principal) this.remember(request, principal);
    return { userId: principal?.userId ?? null, isOperator };
  }

  private get entry() {
    return this.entries.find(RESTED)!;
  }

  // For the log.
  private remember(request: FastifyRequest, principal: Principal): Principal {
    request.subject = principal;
    return principal;
  }
}
