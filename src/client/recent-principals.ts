import type { Principal } from './principal.js';

interface Kept {
  principal: Principal;
  /** On the clock of `performance.now()`. */
  until: number;
}

const MOST = 10_000;

/**
 * Answers "alive" that a service accepts to be out of date (`acceptLogoutDelayMs`); with a delay of 0 it keeps none.
 * The delay counts from when the question was sent, since the session may have ended right after it was answered.
 */
export class RecentPrincipals {
  private readonly kept = new Map<string, Kept>();
  private endedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly delayMs: number) {}

  /** Undefined where it must be asked. */
  find(token: string): Principal | undefined {
    const kept = this.kept.get(token);
    if (!kept || (kept.until > performance.now() && kept.principal.expiresAt.getTime() > Date.now()))
      return kept?.principal;
    this.kept.delete(token);
    return undefined;
  }

  /** At most 10,000: beyond that the oldest is asked again. */
  keep(token: string, principal: Principal, askedAt: number): void {
    if (this.delayMs === 0 || askedAt <= this.endedAt) return;
    this.kept.delete(token);
    this.kept.set(token, { principal, until: askedAt + this.delayMs });
    if (this.kept.size > MOST) this.kept.delete(this.kept.keys().next().value!);
  }

  forget(token: string): void {
    this.kept.delete(token);
  }

  /** This session ends here: answers that are on their way may know nothing of it, so none of them is kept. */
  end(token: string): void {
    this.forget(token);
    this.endedAt = performance.now();
  }
}
