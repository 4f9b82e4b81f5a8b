import { Injectable, type Type } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-strategy';
import type { Principal } from '../session/principal.js';
import { WireEntries } from './wire-entries.js';
import { Strategies } from './strategies.js';
import type { Wire } from './wire.js';

/** Passport: token to principal. The name is the one given to `AuthenticateWith`; Passport keeps `session` for itself. */
export abstract class TokenStrategy extends Strategy {
  constructor(strategies: Strategies, name: string) {
    super();
    strategies.use(name, this);
  }

  protected abstract principalOf(request: FastifyRequest): Principal | Promise<Principal>;

  override authenticate(request: unknown): void {
    try {
      const principal = this.principalOf(request as FastifyRequest);
      if (!(principal instanceof Promise)) return this.success(principal);
      principal.then(
        (known) => this.success(known),
        (refusal: Error) => this.error(refusal),
      );
    } catch (refusal) {
      this.error(refusal as Error);
    }
  }
}

/** The strategy of a wire: the guard has asked about its token already, and here it is judged. */
export function SessionStrategy(wire: Wire): Type<Strategy> {
  @Injectable()
  class WireStrategy extends TokenStrategy {
    private readonly entry;

    constructor(strategies: Strategies, entries: WireEntries) {
      super(strategies, wire.contract);
      this.entry = entries.add(wire);
    }

    protected principalOf(request: FastifyRequest): Principal | Promise<Principal> {
      return this.entry.principalOf(request);
    }
  }
  return WireStrategy;
}
