import type { FastifyReply, FastifyRequest } from 'fastify';
import { SessionCookie } from '../../auth/session-cookie.js';
import { applicationOf } from '../../auth/wire-entry.js';
import { instantOf } from '../../session/instant.js';
import type { StartedSession } from '../../session/session-facts.js';
import type { SessionPolicy } from '../../session/session-policy.js';
import { isListed } from './rested-origins.js';
import { OLDER_COOKIES, RESTED_COOKIE } from './rested-carriers.js';

// The prefix `__Secure-` demands Secure, also on the loopback, where browsers take such a cookie over plain http.
const TERMS = {
  isSecure: true,
  isCrossSite: (request: FastifyRequest) => isListed(request.headers.origin, applicationOf(request)),
};

/** How this wire starts sessions, and where their token goes: 24 hours, idle or not, in a cookie or in a header of the answer. */
export class RestedTerms {
  readonly policy: SessionPolicy = { lifetimeMs: 86_400_000, idleMs: 86_400_000 };
  private readonly cookie = new SessionCookie(RESTED_COOKIE, TERMS);
  private readonly olderCookies = OLDER_COOKIES.map((name) => new SessionCookie(name, TERMS));

  /** The cookie lasts as long as its session. */
  handOver(session: StartedSession, isCookieUnwanted: boolean, request: FastifyRequest, reply: FastifyReply): void {
    const { token, createdAt, expiresAt } = session;
    if (isCookieUnwanted) {
      void reply.header('authorization', `Bearer ${token}`);
      return;
    }
    const lifetimeMs = Date.parse(instantOf(expiresAt)) - Date.parse(instantOf(createdAt));
    this.cookie.set(request, reply, token, Math.round(lifetimeMs / 1_000));
  }

  /** Expires every cookie that came along; today's also where nothing came at all. A token in the header alone leaves cookies alone. */
  clear(request: FastifyRequest, reply: FastifyReply): void {
    const carried = this.olderCookies.filter((cookie) => cookie.isCarriedBy(request));
    for (const cookie of carried) cookie.clear(request, reply);
    const isHeaderAlone = request.headers.authorization !== undefined && carried.length === 0;
    if (this.cookie.isCarriedBy(request) || !isHeaderAlone) this.cookie.clear(request, reply);
  }
}
