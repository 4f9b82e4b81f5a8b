import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Administrator } from './administrator.js';
import { NativeStrategy } from './native.strategy.js';
import { isService } from './service-secret.js';
import { ServiceStrategy } from './service.strategy.js';
import { Strategies } from './strategies.js';
import { TokenStrategy } from './token.strategy.js';

/** Passport's name of administrators, who come with a session or with a service key. */
export const ADMINISTRATOR = 'administrator';

/** Whoever shows a service key is a service; everyone else is who their session says. Whether they may is the guard's to judge. */
@Injectable()
export class AdministratorStrategy extends TokenStrategy<Administrator> {
  constructor(
    strategies: Strategies,
    private readonly services: ServiceStrategy,
    private readonly people: NativeStrategy,
  ) {
    super(strategies, ADMINISTRATOR, 'administrator');
  }

  protected async whoIs(request: FastifyRequest): Promise<Administrator> {
    if (isService(request)) return { service: (request.service = await this.services.whoIs(request)) };
    return { person: (request.principal = await this.people.whoIs(request)) };
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who administers, behind its guard. */
    administrator: Administrator | undefined;
  }
}
