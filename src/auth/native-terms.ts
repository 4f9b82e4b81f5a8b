import type { FastifyReply, FastifyRequest } from 'fastify';
import { instantOf } from '../session/instant.js';
import type { Principal } from '../session/principal.js';
import type { SessionPolicy } from '../session/session-policy.js';
import type { TokenAnswer } from './auth.dto.js';
import { bearer, Carriers } from './carriers.js';
import type { SessionCookie } from './session-cookie.js';

/** How our own contract starts sessions, and hands over their tokens. */
export class NativeTerms {
  /** Only the one cookie that we set: where it has the prefix `__Host-`, no neighbour can plant another. */
  readonly carriers: Carriers;

  constructor(
    readonly policy: SessionPolicy,
    readonly cookie: SessionCookie,
  ) {
    this.carriers = new Carriers(bearer, cookie.carrier);
  }

  /** A new token goes the way the old one came: by cookie, and then it is not in the body. */
  handOver(
    token: string,
    request: FastifyRequest,
    reply: FastifyReply,
    limits: Pick<Principal, 'createdAt' | 'expiresAt'>,
  ): TokenAnswer {
    return this.cookie.isCarriedBy(request) ? this.setCookie(token, request, reply, limits) : { token };
  }

  setCookie(
    token: string,
    request: FastifyRequest,
    reply: FastifyReply,
    { createdAt, expiresAt }: Pick<Principal, 'createdAt' | 'expiresAt'>,
  ): TokenAnswer {
    this.cookie.set(
      request,
      reply,
      token,
      Math.round((Date.parse(instantOf(expiresAt)) - Date.parse(instantOf(createdAt))) / 1_000),
    );
    return {};
  }
}
