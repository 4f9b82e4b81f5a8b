import { Injectable, type Type } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import passport from 'passport';
import { Strategy } from 'passport-strategy';
import { SessionService } from '../session/session.service.js';
import type { Carriers } from './carriers.js';

/**
 * Passport: token to principal. Told where the token travels, and whether only tokens that one contract issued count.
 * The name is the one given to `AuthenticateWith`; Passport keeps `session` for itself.
 */
export abstract class CarriedStrategy extends Strategy {
  constructor(
    name: string,
    private readonly carriers: Carriers,
    private readonly sessions: SessionService,
    private readonly contract?: string,
  ) {
    super();
    passport.use(name, this);
  }

  override authenticate(request: unknown): void {
    this.sessions.authenticate(this.carriers.find(request as FastifyRequest), this.contract).then(
      (principal) => this.success(principal),
      (refusal: Error) => this.error(refusal),
    );
  }
}

/** The strategy of a wire, which carries its token in places of its own and accepts none but those that it issued. */
export function SessionStrategy(name: string, carriers: Carriers, contract: string): Type<Strategy> {
  @Injectable()
  class WireStrategy extends CarriedStrategy {
    constructor(sessions: SessionService) {
      super(name, carriers, sessions, contract);
    }
  }
  return WireStrategy;
}
