import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy, type IStrategyOptionsWithRequest } from 'passport-local';
import { DomainError } from '../errors/domain.error.js';
import { SessionService } from '../session/session.service.js';
import type { KnownUser } from '../user/user.service.js';
import type { LoginBody } from './auth.dto.js';
import { CredentialService } from './credential.service.js';
import { clientOf } from './request-client.js';
import { Strategies } from './strategies.js';
import { hostOf } from './wire.js';

/** Passport's name of name and password. */
export const LOCAL = 'local';

/** passport-local: name and password to user. The body was checked before, so it alone is read and never the query. */
@Injectable()
export class LocalStrategy extends PassportStrategy(Strategy, LOCAL) {
  constructor(
    strategies: Strategies,
    private readonly credentials: CredentialService,
    private readonly sessions: SessionService,
  ) {
    super({
      usernameField: 'login',
      passwordField: 'password',
      passReqToCallback: true,
    } satisfies IStrategyOptionsWithRequest);
    strategies.keep(LOCAL, this, 'user');
  }

  /** The application is the one that the body names, else the host's. */
  async validate(request: FastifyRequest, login: string, password: string): Promise<KnownUser> {
    const { applicationId: named } = request.body as LoginBody;
    const applicationId = named ?? (await this.sessions.applicationOf({ host: hostOf(request) }))?.id;
    if (applicationId === undefined) throw new DomainError('APPLICATION_UNKNOWN', 'There is no such application.');
    return this.credentials.verify(login, password, { applicationId, client: clientOf(request, 'native') });
  }
}
