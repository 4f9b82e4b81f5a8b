import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../session/principal.js';
import { SessionService } from '../session/session.service.js';
import { NativeTerms } from './native-terms.js';
import { TokenStrategy } from './session.strategy.js';
import { Strategies } from './strategies.js';

/** Passport's name of our own way. */
export const NATIVE = 'curfew';

/** Our own routes take any live token as bearer, and those that they set as cookie. */
@Injectable()
export class NativeStrategy extends TokenStrategy {
  constructor(
    strategies: Strategies,
    private readonly sessions: SessionService,
    private readonly terms: NativeTerms,
  ) {
    super(strategies, NATIVE);
  }

  protected principalOf(request: FastifyRequest): Promise<Principal> {
    return this.sessions.authenticate(this.terms.carriers.find(request));
  }
}
