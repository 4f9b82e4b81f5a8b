import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy, type IStrategyOptionsWithRequest } from 'passport-local';
import type { KnownUser } from '../user/user.service.js';
import { CredentialService } from './credential.service.js';
import { clientOf } from './request-client.js';

/** passport-local: name and password to user. The body was checked before, so it alone is read and never the query. */
@Injectable()
export class LocalStrategy extends PassportStrategy(Strategy, 'local') {
  constructor(private readonly credentials: CredentialService) {
    super({
      usernameField: 'login',
      passwordField: 'password',
      passReqToCallback: true,
    } satisfies IStrategyOptionsWithRequest);
  }

  validate(request: FastifyRequest, login: string, password: string): Promise<KnownUser> {
    return this.credentials.verify(login, password, clientOf(request, 'native'));
  }
}
