import { Injectable, type Type } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-strategy';
import type { Principal } from '../session/principal.js';
import { Strategies } from './strategies.js';
import { TokenStrategy } from './token.strategy.js';
import { WireEntries } from './wire-entries.js';
import type { Wire } from './wire.js';

/** The strategy of a wire: the guard has asked about its token already, and here it is judged. */
export function SessionStrategy(wire: Wire): Type<Strategy> {
  @Injectable()
  class WireStrategy extends TokenStrategy<Principal> {
    private readonly entry;

    constructor(strategies: Strategies, entries: WireEntries) {
      super(strategies, wire.contract, 'principal');
      this.entry = entries.add(wire);
    }

    protected whoIs(request: FastifyRequest): Principal | Promise<Principal> {
      return this.entry.principalOf(request);
    }
  }
  return WireStrategy;
}
