import { Injectable, type Type } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import passport from 'passport';
import { Strategy } from 'passport-strategy';
import { SessionService } from '../session/session.service.js';
import type { Carriers } from './carriers.js';

/**
 * Passport: token to principal. A wire says where its token travels, and whether only tokens that it issued count.
 * The name is the one given to `AuthenticateWith`; Passport keeps `session` for itself.
 */
export function SessionStrategy(name: string, carriers: Carriers, contract?: string): Type<Strategy> {
  @Injectable()
  class CarriedSessionStrategy extends Strategy {
    constructor(private readonly sessions: SessionService) {
      super();
      passport.use(name, this);
    }

    override authenticate(request: unknown): void {
      this.sessions.authenticate(carriers.find(request as FastifyRequest), contract).then(
        (principal) => this.success(principal),
        (refusal: Error) => this.error(refusal),
      );
    }
  }
  return CarriedSessionStrategy;
}
