import { Calls } from './calls.js';
import { termsOf, type ClientTerms, type CurfewClientOptions } from './client-options.js';
import { CurfewEvents, type CurfewEvent, type EventsOptions } from './curfew-events.js';
import { CurfewMisconfigured } from './curfew-misconfigured.js';
import { CurfewUnavailable } from './curfew-unavailable.js';
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
  private readonly closing = new AbortController();

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
   * already ended is success. After CurfewUnavailable the session may still live: repeat it, that is safe. A key that is
   * bound to an application is refused the sessions of others: CurfewMisconfigured.
   */
  async end(token: unknown): Promise<void> {
    if (!isTokenShaped(token)) return;
    const text = new URLSearchParams({ token, token_type_hint: 'access_token' }).toString();
    const body = { type: 'application/x-www-form-urlencoded', text };
    this.recent.end(token);
    const reply = await this.calls.answerTo({ path: REVOKE, body, timeoutMs: this.terms.timeoutMs });
    if (reply.status === 400) throw new CurfewMisconfigured('The service key may not end this session (400).');
    // A page of somebody else's is no ending, whatever its status.
    if (this.replies.bodyOf(reply) !== '') throw new CurfewUnavailable('Curfew answered in an unknown form.');
    this.recent.end(token);
  }

  /**
   * What happens to sessions, in order and at least once: `for await (const event of curfew.events({ after }))`. The
   * service key needs the scope `events`. While Curfew is away it waits and goes on where it was; CursorGone is thrown
   * where that is not kept any more, CurfewMisconfigured where the key is refused.
   */
  events(options: EventsOptions = {}): AsyncGenerator<CurfewEvent, void> {
    const signal = AbortSignal.any([this.closing.signal, ...(options.signal ? [options.signal] : [])]);
    return new CurfewEvents(this.calls, this.replies, { ...options, signal }).listen();
  }

  /** Ends the listening and closes the connections that are kept. Those that rest do not keep a script from ending. */
  close(): void {
    this.closing.abort();
    this.calls.close();
  }
}

/** A client for any framework or script: `const curfew = createCurfewClient({ url, serviceKey })`. */
export function createCurfewClient(options: CurfewClientOptions): CurfewClient {
  return new CurfewClient(options);
}
