import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApplicationService } from '../../application/application.service.js';
import { AskingStrategy } from '../../auth/service.strategy.js';
import { Strategies } from '../../auth/strategies.js';
import { DomainError } from '../../errors/domain.error.js';
import type { CallingService } from '../../service-key/calling-service.js';
import { ServiceKeyChecks } from '../../service-key/service-key-checks.js';
import { SessionService } from '../../session/session.service.js';
import { oauthFormOf } from './oauth-form.js';

/** Passport's name of those who may end the token of a form. */
export const REVOKING = 'revocation';
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * A service by its key; or, without any credential, an application that keeps no secret by its id (RFC 6749 §2.1: a public
 * client). That proves nothing, and need not: whoever holds a token may end it.
 */
@Injectable()
export class RevocationStrategy extends AskingStrategy {
  constructor(
    strategies: Strategies,
    keys: ServiceKeyChecks,
    private readonly applications: ApplicationService,
    private readonly sessions: SessionService,
  ) {
    super(strategies, REVOKING, keys);
  }

  protected tokensOf(request: FastifyRequest): unknown[] {
    return [oauthFormOf(request).parameters.get('token')];
  }

  protected override whoIs(request: FastifyRequest): Promise<CallingService> {
    const { parameters } = oauthFormOf(request);
    const clientId = parameters.get('client_id');
    if (request.headers.authorization !== undefined || clientId === undefined) return super.whoIs(request);
    return this.publicClient(request, clientId, parameters.get('token'));
  }

  private async publicClient(
    request: FastifyRequest,
    clientId: string,
    token: string | undefined,
  ): Promise<CallingService> {
    const id = UUID.test(clientId) ? clientId.toLowerCase() : undefined;
    if (id === undefined || !(await this.applications.exists(id)))
      throw new DomainError('SERVICE_KEY_UNKNOWN', 'No live service key, and no such client.');
    request.asked = [await this.sessions.authenticate(token).catch(nobodyIfUnknown)];
    return { keyId: id, name: 'public client', scopes: ['revoke'], applicationId: id };
  }
}

function nobodyIfUnknown(refusal: unknown): undefined {
  if (!(refusal instanceof DomainError && refusal.code === 'SESSION_UNKNOWN')) throw refusal;
}
