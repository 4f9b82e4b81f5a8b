import { Calls } from './calls.js';
import { termsOf, type ClientTerms, type CurfewClientOptions } from './client-options.js';
import type { Principal } from './principal.js';
import { RecentPrincipals } from './recent-principals.js';
import { Replies } from './replies.js';
import { isTokenShaped } from './session-token.js';
import { TokenChecks } from './token-checks.js';

const REVOKE = '/oauth2/revoke';

/** Asks Curfew on behalf of a service. One for the process: those who wait at the same moment share a call. */
export class CurfewClient {
  private readonly terms: ClientTerms;
  private readonly calls: Calls;
  private readonly replies: Replies;
  private readonly recent: RecentPrincipals;
  private readonly checks: TokenChecks;

  /** Throws a TypeError that names the option which is wrong. Opens no connection yet. */
  constructor(options: CurfewClientOptions) {
    this.terms = termsOf(options);
    this.calls = new Calls(this.terms);
    this.replies = new Replies(this.terms);
    this.recent = new RecentPrincipals(this.terms.acceptLogoutDelayMs);
    this.checks = new TokenChecks(this.terms, this.calls, this.replies, this.recent);
  }

  /**
   * Whose live session this token proves, asked now; undefined for a token that is dead, unknown, or no token at all.
   * Throws CurfewUnavailable (answer 503) whenever that is not known for certain: no answer within `timeoutMs` and a
   * tenth, a refusal, an answer of unknown form.
   */
  async check(token: unknown): Promise<Principal | undefined> {
    if (!isTokenShaped(token)) return undefined;
    return this.recent.find(token) ?? this.checks.check(token);
  }

  /**
   * Ends the session of this token, everywhere (RFC 7009); the service key needs the scope `revoke`. To end what has
   * already ended is success. After CurfewUnavailable the session may still live: repeat it, that is safe.
   */
  async end(token: unknown): Promise<void> {
    if (!isTokenShaped(token)) return;
    const text = new URLSearchParams({ token, token_type_hint: 'access_token' }).toString();
    const body = { type: 'application/x-www-form-urlencoded', text };
    this.recent.forget(token);
    this.replies.bodyOf(await this.calls.answerTo({ path: REVOKE, body, timeoutMs: this.terms.timeoutMs }));
    this.recent.forget(token);
  }

  /** Closes the connections that are kept. Those that rest do not keep a script from ending by themselves. */
  close(): void {
    this.calls.close();
  }
}

/** A client for any framework or script: `const curfew = createCurfewClient({ url, serviceKey })`. */
export function createCurfewClient(options: CurfewClientOptions): CurfewClient {
  return new CurfewClient(options);
}
