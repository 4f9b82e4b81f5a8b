import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Carriers } from '../../auth/carriers.js';
import { NativeTerms } from '../../auth/native-terms.js';
import { TokenStrategy } from '../../auth/token.strategy.js';
import { Strategies } from '../../auth/strategies.js';
import { WireEntries } from '../../auth/wire-entries.js';
import type { Principal } from '../../session/principal.js';
import { SessionService } from '../../session/session.service.js';
import { everyCarrier } from './forward-carriers.js';

/** Passport's name of this way. */
export const FORWARDED = 'forwarded';

/** Any live token opens, whichever contract issued it and in whichever of their places it travels; one check answers. */
@Injectable()
export class ForwardAuthStrategy extends TokenStrategy<Principal> implements OnApplicationBootstrap {
  private carriers!: Carriers;

  constructor(
    strategies: Strategies,
    private readonly sessions: SessionService,
    private readonly terms: NativeTerms,
    private readonly entries: WireEntries,
  ) {
    super(strategies, FORWARDED, 'principal');
  }

  // By then all wires that are on have told where they carry theirs. Not at the first request: Passport asks a strategy by a
  // copy for each request, and what is kept on that one is lost.
  onApplicationBootstrap(): void {
    this.carriers = everyCarrier(
      this.terms.carriers,
      this.entries.wires().map(({ carriers }) => carriers),
      (text) => this.sessions.isToken(text),
    );
  }

  whoIs(request: FastifyRequest): Promise<Principal> {
    return this.sessions.authenticate(this.carriers.find(request));
  }
}
