import { Gathering } from '../gathering/gathering.js';
import type { Calls } from './calls.js';
import type { ClientTerms } from './client-options.js';
import { CurfewUnavailable } from './curfew-unavailable.js';
import { isRecord, principalIn, type Principal } from './principal.js';
import type { RecentPrincipals } from './recent-principals.js';
import type { Replies } from './replies.js';

const INTROSPECT = '/api/v1/sessions/introspect';

/** Gathers waiting checks into one call. A check may ride only in a call sent after it arrived: an earlier one could predate a logout. */
export class TokenChecks {
  private readonly gathering: Gathering<string, Principal | undefined>;

  constructor(
    private readonly terms: ClientTerms,
    private readonly calls: Calls,
    private readonly replies: Replies,
    private readonly recent: RecentPrincipals,
  ) {
    this.gathering = new Gathering(
      (tokens) => this.askAll(tokens),
      { inFlight: 2, size: 500, patienceMs: terms.timeoutMs },
      { impatience: () => new CurfewUnavailable('Curfew did not answer in time.') },
    );
  }

  /** Whose live session this is; undefined for a dead one. */
  check(token: string): Promise<Principal | undefined> {
    return this.gathering.ask(token);
  }

  private async askAll(tokens: string[]): Promise<(Principal | undefined)[]> {
    const askedAt = performance.now();
    const reply = await this.calls.answerTo({
      path: INTROSPECT,
      body: { type: 'application/json', text: JSON.stringify({ tokens }) },
      timeoutMs: this.terms.timeoutMs,
    });
    const principals = principalsIn(this.replies.bodyOf(reply), tokens);
    principals.forEach((principal, place) => this.remember(tokens[place]!, principal, askedAt));
    return principals;
  }

  private remember(token: string, principal: Principal | undefined, askedAt: number): void {
    if (principal) this.recent.keep(token, principal, askedAt);
    else this.recent.forget(token);
  }
}

// One answer of an unknown form makes all that came with it doubtful.
function principalsIn(body: string, tokens: string[]): (Principal | undefined)[] {
  try {
    const answer: unknown = JSON.parse(body);
    const results = isRecord(answer) ? answer['results'] : undefined;
    if (!Array.isArray(results) || results.length !== tokens.length) throw new TypeError('Not one result for each.');
    return results.map((result: unknown, place) => principalIn(result, tokens[place]!));
  } catch (error) {
    throw new CurfewUnavailable('Curfew answered in an unknown form.', 1, error);
  }
}
