import { UnauthorizedException, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Strategies } from './strategies.js';

const OPTIONS = { session: false } as const;

/**
 * Lets the strategy of this name find who it is, and keeps them on the request; its refusal is thrown on. The guard of
 * @nestjs/passport does the same, and makes options, promises and a context anew for each request, which is more work
 * than the rest of a check (measured: npm run bench:check); and it knows one registry of strategies a process.
 */
export class PassportGuard implements CanActivate {
  constructor(
    private readonly strategies: Strategies,
    private readonly strategy: string,
  ) {}

  canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return new Promise((resolve, reject) => {
      const settle = (refusal: unknown, found?: unknown): void => {
        if (refusal || !found) return reject((refusal as Error | null) ?? new UnauthorizedException());
        request[this.strategies.placeOf(this.strategy)] = found as never;
        return resolve(true);
      };
      (this.strategies.authenticate(this.strategy, OPTIONS, settle) as Middleware)(request, undefined, reject);
    });
  }
}

/** Passport asks no more of what it is given than its strategies do. */
type Middleware = (request: unknown, response: unknown, next: (refusal?: unknown) => void) => void;
