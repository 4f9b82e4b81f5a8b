import type { FastifyRequest } from 'fastify';
import type { KnownApplication } from '../application/application-facts.js';
import { DomainError } from '../errors/domain.error.js';
import type { Arrival } from '../session/arrivals.js';
import type { Principal } from '../session/principal.js';
import type { SessionService } from '../session/session.service.js';
import type { OriginGate } from './origin.gate.js';
import type { Wire } from './wire.js';

/** Where every request of a wire comes in: its application first, then the page that sent it, then whoever its token proves. */
export class WireEntry {
  constructor(
    readonly wire: Wire,
    private readonly sessions: SessionService,
    private readonly gate: OriginGate,
  ) {}

  /**
   * One statement answers for application and token. Refuses APPLICATION_UNKNOWN for what is not there, disabled, or
   * named by another's key, and ORIGIN_REFUSED; the token is looked at and not judged yet, so a public route may come here too.
   */
  async enter(request: FastifyRequest, changesState: boolean): Promise<void> {
    const { wire } = this;
    const name = wire.applicationOf(request);
    const token = wire.carriers.find(request);
    // What was never a token costs no question.
    if (!changesState && !wire.needsApplication && !this.sessions.isToken(token)) return;
    const arrival = await this.sessions.arrive(name, token);
    const { application } = arrival;
    if (!application)
      throw new DomainError('APPLICATION_UNKNOWN', 'There is no such application, or its key is another.');
    request.arrival = arrival;
    const { gate } = wire.origins;
    if (gate === 'cookie') {
      if (changesState) this.gate.admit(request, application);
    } else if (gate !== 'header') gate(request, application);
  }

  /** Who is here. Refuses SESSION_UNKNOWN unless this very wire issued the token, to a user of this very application. */
  principalOf({ arrival }: FastifyRequest): Principal {
    return this.sessions.admit(arrival, this.wire.contract);
  }

  /** The same where nobody need be here: a token that proves nothing is no token. */
  findPrincipal(request: FastifyRequest): Principal | undefined {
    return request.arrival?.session?.contract === this.wire.contract ? this.principalOf(request) : undefined;
  }
}

/** The application that a request of a wire has named; its guard has found it. */
export function applicationOf({ arrival }: FastifyRequest): KnownApplication {
  if (!arrival?.application) throw new Error('This route belongs to no wire.');
  return arrival.application;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What the store said about this request of a wire. */
    arrival: Arrival | undefined;
  }
}
