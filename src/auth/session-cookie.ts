import { serialize } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { cookie, type Carrier } from './carriers.js';

/** How a wire's cookie is set: `isSecure` forbids plain http, `isCrossSite` lets listed pages of other sites use it. */
export interface CookieTerms {
  isSecure: boolean;
  isCrossSite: (request: FastifyRequest) => boolean;
}

/** A session's cookie, HttpOnly always. It is cleared with the attributes it was set with, or browsers keep it. */
export class SessionCookie {
  readonly carrier: Carrier;

  constructor(
    readonly name: string,
    private readonly terms: CookieTerms,
  ) {
    this.carrier = cookie(name);
  }

  /**
   * The browser forgets it after `maxAgeSeconds`, or when it closes where they are left out; the row decides, whatever
   * the browser does.
   */
  set(request: FastifyRequest, reply: FastifyReply, token: string, maxAgeSeconds?: number): void {
    const age = maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds };
    void reply.header('set-cookie', serialize(this.name, token, { ...this.attributes(request), ...age }));
  }

  clear(request: FastifyRequest, reply: FastifyReply): void {
    void reply.header(
      'set-cookie',
      serialize(this.name, '', { ...this.attributes(request), maxAge: 0, expires: new Date(0) }),
    );
  }

  /** Sent over https and on the loopback alone. */
  get isSecure(): boolean {
    return this.terms.isSecure;
  }

  isCarriedBy(request: FastifyRequest): boolean {
    return this.carrier(request).length > 0;
  }

  // SameSite=None counts only together with Secure.
  private attributes(request: FastifyRequest) {
    const isCrossSite = this.terms.isCrossSite(request);
    return {
      path: '/',
      httpOnly: true,
      secure: this.terms.isSecure || isCrossSite,
      sameSite: isCrossSite ? 'none' : 'lax',
    } as const;
  }
}

/** `__Host-` wherever cookies are secure; the bare name in plain-http development, where browsers refuse the prefix. */
export const NATIVE_COOKIES = { secure: '__Host-curfew', plain: 'curfew' } as const;

/** Our own cookie never serves another site. */
export function nativeCookie(isSecure: boolean): SessionCookie {
  return new SessionCookie(isSecure ? NATIVE_COOKIES.secure : NATIVE_COOKIES.plain, {
    isSecure,
    isCrossSite: () => false,
  });
}

/** Tells a browser to drop what it kept of our pages. `"cookies"` is left out: it would log out the whole site. */
export function clearSiteData(reply: FastifyReply): void {
  void reply.header('clear-site-data', '"cache", "storage"');
}
