import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-strategy';
import type { Proven, Strategies } from './strategies.js';

/** Passport: what a request carries to whom it proves. The name is the one given to `AuthenticateWith`; Passport keeps `session` for itself. */
export abstract class TokenStrategy<Known extends object> extends Strategy {
  constructor(strategies: Strategies, name: string, place: Proven) {
    super();
    strategies.keep(name, this, place);
  }

  protected abstract whoIs(request: FastifyRequest): Known | Promise<Known>;

  override authenticate(request: unknown): void {
    try {
      const known = this.whoIs(request as FastifyRequest);
      if (!(known instanceof Promise)) return this.success(known);
      known.then(
        (proven) => this.success(proven),
        (refusal: Error) => this.error(refusal),
      );
    } catch (refusal) {
      this.error(refusal as Error);
    }
  }
}
