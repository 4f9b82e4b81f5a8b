import { Injectable } from '@nestjs/common';
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
export class ForwardAuthStrategy extends TokenStrategy<Principal> {
  private carriers: Carriers | undefined;

  constructor(
    strategies: Strategies,
    private readonly sessions: SessionService,
    private readonly terms: NativeTerms,
    private readonly entries: WireEntries,
  ) {
    super(strategies, FORWARDED, 'principal');
  }

  whoIs(request: FastifyRequest): Promise<Principal> {
    // At the first request all wires that are on have told where they carry theirs.
    this.carriers ??= everyCarrier(
      this.terms.carriers,
      this.entries.wires().map(({ carriers }) => carriers),
      (text) => this.sessions.isToken(text),
    );
    return this.sessions.authenticate(this.carriers.find(request));
  }
}
