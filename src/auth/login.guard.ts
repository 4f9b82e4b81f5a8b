import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { KnownUser } from '../user/user.service.js';
import { BODY_RULES } from './body-rules.js';
import { LoginBody } from './auth.dto.js';
import { LOCAL } from './local.strategy.js';
import { PassportGuard } from './passport.guard.js';
import { Strategies } from './strategies.js';

/** Guards run before bodies are checked, and passport-local would hash whatever it finds: so the body is checked here. */
@Injectable()
export class LoginGuard implements CanActivate {
  private readonly passport: PassportGuard;

  constructor(strategies: Strategies) {
    this.passport = new PassportGuard(strategies, LOCAL);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    request.body = await BODY_RULES.transform(request.body, { type: 'body', metatype: LoginBody });
    return this.passport.canActivate(context);
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who proved to be it on a route that is open: by a password, or by a link. */
    user: KnownUser | undefined;
  }
}
