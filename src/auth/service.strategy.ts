import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../errors/domain.error.js';
import type { CallingService } from '../service-key/calling-service.js';
import { ServiceKeyChecks } from '../service-key/service-key-checks.js';
import type { Principal } from '../session/principal.js';
import { SessionToken } from '../session/session-token.js';
import { presentedSecret } from './service-secret.js';
import { Strategies } from './strategies.js';
import { TokenStrategy } from './token.strategy.js';

/** Passport's name of services, which prove themselves by their key. */
export const SERVICE = 'service';

const NO_KEY = 'No live service key. An administrator makes one at /api/v1/admin/service-keys.';

/** The key of a calling service to the service itself. Refuses SERVICE_KEY_UNKNOWN. */
@Injectable()
export class ServiceStrategy extends TokenStrategy<CallingService> {
  constructor(
    strategies: Strategies,
    private readonly keys: ServiceKeyChecks,
  ) {
    super(strategies, SERVICE, 'service');
  }

  whoIs(request: FastifyRequest): Promise<CallingService> {
    return serviceOf(this.keys, request, []);
  }
}

/**
 * The same for routes that ask about tokens: one statement answers for the key and for all of them. Where they stand,
 * `tokensOf` says; it refuses nothing, for whoever asks is judged first.
 */
export abstract class AskingStrategy extends TokenStrategy<CallingService> {
  constructor(
    strategies: Strategies,
    name: string,
    private readonly keys: ServiceKeyChecks,
  ) {
    super(strategies, name, 'service');
  }

  protected abstract tokensOf(request: FastifyRequest): unknown[];

  protected whoIs(request: FastifyRequest): Promise<CallingService> {
    return serviceOf(
      this.keys,
      request,
      this.tokensOf(request).map((text) => SessionToken.parse(text)),
    );
  }
}

async function serviceOf(
  keys: ServiceKeyChecks,
  request: FastifyRequest,
  tokens: (SessionToken | undefined)[],
): Promise<CallingService> {
  const secret = presentedSecret(request);
  const answer = secret && (await keys.ask({ secret, tokens }));
  if (!answer) throw new DomainError('SERVICE_KEY_UNKNOWN', NO_KEY);
  request.asked = answer.sessions;
  return answer.service;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The service that calls, behind its guard. */
    service: CallingService | undefined;
    /** What the store said about the tokens that a service asks about, in their order. */
    asked: readonly (Principal | undefined)[] | undefined;
  }
}
