import type { FastifyReply, FastifyRequest } from 'fastify';
import { SessionCookie, type CookieTerms } from '../../auth/session-cookie.js';
import type { SessionPolicy } from '../../session/session-policy.js';
import { ELVIS_COOKIES } from './elvis.strategy.js';

/** How this wire starts sessions: half an hour without a request ends them, and a day in any case. */
export class ElvisTerms {
  readonly policy: SessionPolicy = { lifetimeMs: 24 * 3_600_000, idleMs: 30 * 60_000 };
  private readonly cookies: SessionCookie[];

  constructor(terms: CookieTerms) {
    this.cookies = ELVIS_COOKIES.map((name) => new SessionCookie(name, terms));
  }

  /** Until the browser closes: the row decides how long the session lives. */
  setCookies(request: FastifyRequest, reply: FastifyReply, token: string): void {
    for (const cookie of this.cookies) cookie.set(request, reply, token);
  }

  clearCookies(request: FastifyRequest, reply: FastifyReply): void {
    for (const cookie of this.cookies) cookie.clear(request, reply);
  }
}
