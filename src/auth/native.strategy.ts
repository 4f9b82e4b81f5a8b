import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../session/principal.js';
import { SessionService } from '../session/session.service.js';
import { NativeTerms } from './native-terms.js';
import { Strategies } from './strategies.js';
import { TokenStrategy } from './token.strategy.js';

/** Passport's name of our own way. */
export const NATIVE = 'curfew';

/** Our own routes take any live token as bearer, and those that they set as cookie. */
@Injectable()
export class NativeStrategy extends TokenStrategy<Principal> {
  constructor(
    strategies: Strategies,
    private readonly sessions: SessionService,
    private readonly terms: NativeTerms,
  ) {
    super(strategies, NATIVE, 'principal');
  }

  whoIs(request: FastifyRequest): Promise<Principal> {
    return this.sessions.authenticate(this.terms.carriers.find(request));
  }
}
