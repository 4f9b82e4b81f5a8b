import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../errors/domain.error.js';
import type { Principal } from '../session/principal.js';
import { AuthService } from './auth.service.js';
import { WireEntries } from './wire-entries.js';
import type { WireEntry } from './wire-entry.js';

/** Who calls an open route of a wire, where it matters: nobody, someone, or someone whose token is dead. */
@Injectable()
export class WireCallers {
  constructor(
    private readonly entries: WireEntries,
    private readonly auth: AuthService,
  ) {}

  /** Undefined where no token came along. Refuses a dead one as the wire's guard does. */
  async find(contract: string, request: FastifyRequest): Promise<Principal | undefined> {
    const entry = this.entryOf(contract);
    return entry.wire.carriers.all(request).length === 0 ? undefined : entry.principalOf(request);
  }

  /** Whether a live token came along; whoever brought it counts as seen. */
  isThere(contract: string, request: FastifyRequest): boolean {
    return this.entryOf(contract).findPrincipal(request) !== undefined;
  }

  /** Ends the caller's session; without a token there is none to end. Refuses a dead one: of two at once, the second. */
  async logOut(contract: string, request: FastifyRequest): Promise<void> {
    const principal = await this.find(contract, request);
    if (!principal) return;
    const tokens = this.entryOf(contract).wire.carriers.all(request);
    [request.subject] = await this.auth.logoutFrom(principal.applicationId, tokens);
    if (!request.subject) throw new DomainError('SESSION_UNKNOWN', 'No live session. Log in.');
  }

  private entryOf(contract: string): WireEntry {
    const entry = this.entries.find(contract);
    if (!entry) throw new Error(`There is no wire ${contract}.`);
    return entry;
  }
}
