import type { FastifyRequest } from 'fastify';
import type { KnownApplication } from '../application/application-facts.js';
import { DomainError } from '../errors/domain.error.js';
import { arrivedUser } from '../session/arrived-user.js';
import type { Arrival } from '../session/arrivals.js';
import type { Principal } from '../session/principal.js';
import type { SessionService } from '../session/session.service.js';
import type { KnownUser, UserService } from '../user/user.service.js';
import type { OriginGate } from './origin.gate.js';
import type { Wire } from './wire.js';

/** Where every request of a wire comes in: its application first, then the page that sent it, then whoever its token proves. */
export class WireEntry {
  constructor(
    readonly wire: Wire,
    private readonly sessions: SessionService,
    private readonly gate: OriginGate,
    private readonly users: UserService,
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
    if (!application || wire.accepts?.(application) === false) throw unknownApplication();
    request.arrival = arrival;
    const { gate } = wire.origins;
    if (gate === 'cookie') {
      if (changesState) this.gate.admit(request, application);
    } else if (gate !== 'header') gate(request, application);
  }

  /** Who is here. Refuses SESSION_UNKNOWN unless this very wire issued the token, to a user of this very application. */
  admit({ arrival }: FastifyRequest): Principal {
    return this.sessions.admit(arrival, this.wire.contract);
  }

  /** The same for the guard: a wire that tells disabled users so refuses them USER_DISABLED. */
  principalOf(request: FastifyRequest): Principal | Promise<Principal> {
    if (!this.wire.tellsDisabled) return this.admit(request);
    try {
      return this.admit(request);
    } catch (refusal) {
      return this.refuse(refusal, request.arrival);
    }
  }

  /** The same where nobody need be here: a token that proves nothing is no token. */
  findPrincipal(request: FastifyRequest): Principal | undefined {
    return request.arrival?.session?.contract === this.wire.contract ? this.admit(request) : undefined;
  }

  // The sessions of a disabled user are gone; their events say why.
  private async refuse(refusal: unknown, arrival: Arrival | undefined): Promise<never> {
    const { application, token, session } = arrival ?? {};
    const owner = application && token && !session ? await this.sessions.disabledOwnerOf(token) : undefined;
    if (owner !== undefined && (await this.users.isDisabled(application!.id, owner)))
      throw new DomainError('USER_DISABLED', 'This user is disabled.');
    throw refusal;
  }
}

/** One refusal for an id that is not there, a key of another, and a disabled application: which half was wrong is not told. */
export function unknownApplication(): DomainError {
  return new DomainError('APPLICATION_UNKNOWN', 'There is no such application, or its key is another.');
}

/** The caller of a guarded route of a wire, as the check saw them: nothing more is asked of the store. */
export function callerOf({ arrival }: FastifyRequest): KnownUser {
  if (!arrival?.session || !arrival.userRow) throw new Error('Nobody arrived with this request.');
  return arrivedUser(arrival.session, arrival.userRow);
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
