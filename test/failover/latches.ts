/** What was read of a token at a moment. */
type Reading = 'live' | 'dead' | 'unknown';

/** Instants of one token, in milliseconds of one clock. Before its first byte was sent, and after its last was read. */
interface Latch {
  readonly token: string;
  /** The last reading that must not be dead ends before this: the first attempt to end it begins. */
  mayDieAt: number;
  /** A logout was answered. */
  deadAt: number;
  firstDeadAt: number;
}

/**
 * Each token is a latch that turns once: live from the answered login, dead from the answered logout. Whatever contradicts
 * that on any node is a violation; what was answered with 503, or not at all, says nothing.
 */
export class Latches {
  readonly violations: string[] = [];
  readonly counts = { logins: 0, logouts: 0, live: 0, dead: 0, unknown: 0, deadWhereEnded: 0 };
  private readonly latches = new Map<string, Latch>();

  /** A login was answered with this token. */
  begin(token: string): void {
    this.counts.logins += 1;
    if (this.latches.has(token)) this.violations.push('twice: one token for two logins');
    this.latches.set(token, { token, mayDieAt: Infinity, deadAt: Infinity, firstDeadAt: Infinity });
  }

  /** A logout is about to be asked for. */
  mayEnd(token: string, at: number): void {
    const latch = this.latches.get(token)!;
    latch.mayDieAt = Math.min(latch.mayDieAt, at);
  }

  /** It was answered. */
  end(token: string, at: number): void {
    this.counts.logouts += 1;
    const latch = this.latches.get(token)!;
    latch.deadAt = Math.min(latch.deadAt, at);
  }

  /** What a node said between two instants. */
  read(token: string, reading: Reading, from: number, until: number, node: number): void {
    this.counts[reading] += 1;
    const latch = this.latches.get(token)!;
    const note = (kind: string, since: number) =>
      this.violations.push(`${kind}: node ${node}, ${Math.round(from - since)} ms after`);
    if (reading === 'live' && from > latch.deadAt) note('ghost', latch.deadAt);
    else if (reading === 'live' && from > latch.firstDeadAt) note('flicker', latch.firstDeadAt);
    if (reading !== 'dead') return;
    if (until < latch.mayDieAt) note('lost', until);
    if (from > latch.deadAt) this.counts.deadWhereEnded += 1;
    latch.firstDeadAt = Math.min(latch.firstDeadAt, until);
  }

  /** Those that nobody tried to end, and those whose end was answered. */
  sure(): { live: string[]; dead: string[] } {
    const all = [...this.latches.values()];
    const tokensOf = (latches: Latch[]) => latches.map(({ token }) => token);
    return {
      live: tokensOf(all.filter(({ mayDieAt }) => mayDieAt === Infinity)),
      dead: tokensOf(all.filter(({ deadAt }) => deadAt < Infinity)),
    };
  }
}
