import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AskingStrategy } from '../../auth/service.strategy.js';
import { Strategies } from '../../auth/strategies.js';
import { ServiceKeyChecks } from '../../service-key/service-key-checks.js';
import { MOST_TOKENS } from './tokens.dto.js';
import { oauthFormOf } from './oauth-form.js';

/** Passport's names of services that ask about the token of a form, and about those of a body. */
export const ASKING_BY_FORM = 'service-form';
export const ASKING_BY_BODY = 'service-body';

/** The form of RFC 7662. */
@Injectable()
export class FormStrategy extends AskingStrategy {
  constructor(strategies: Strategies, keys: ServiceKeyChecks) {
    super(strategies, ASKING_BY_FORM, keys);
  }

  protected tokensOf(request: FastifyRequest): unknown[] {
    return [oauthFormOf(request).parameters.get('token')];
  }
}

/** Our own body of many tokens. One that does not fit its DTO is asked about with none: the key comes first. */
@Injectable()
export class BodyStrategy extends AskingStrategy {
  constructor(strategies: Strategies, keys: ServiceKeyChecks) {
    super(strategies, ASKING_BY_BODY, keys);
  }

  protected tokensOf({ body }: FastifyRequest): unknown[] {
    const { tokens } = (body ?? {}) as { tokens?: unknown };
    return Array.isArray(tokens) && tokens.length <= MOST_TOKENS ? tokens : [];
  }
}
