import type { Reply } from './calls.js';
import type { ClientTerms } from './client-options.js';
import { CurfewMisconfigured } from './curfew-misconfigured.js';
import { CurfewUnavailable } from './curfew-unavailable.js';

const MISCONFIGURED = new Map([
  [400, 'Curfew refuses the question as it is put (400).'],
  [401, 'Curfew does not know the service key (401).'],
  [403, 'The service key lacks the scope for this question (403).'],
  [404, 'There is no such route at the address of Curfew (404).'],
  [405, 'The route at the address of Curfew is another (405).'],
]);
const LOG_EVERY_MS = 60_000;
const MOST_SECONDS = 60;

/** Tells answers from refusals: what is not a plain 200 is no answer, and never one about a session. */
export class Replies {
  private loggedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly terms: ClientTerms) {}

  /** The body of a 200; any other status throws CurfewUnavailable, or CurfewMisconfigured, which is told to the log. */
  bodyOf({ status, headers, body }: Reply): string {
    if (status === 200) return body;
    const fault = MISCONFIGURED.get(status);
    if (fault === undefined)
      throw new CurfewUnavailable(`Curfew answered ${status}.`, secondsIn(headers['retry-after']));
    this.tell(fault);
    throw new CurfewMisconfigured(fault);
  }

  private tell(fault: string): void {
    const now = performance.now();
    if (now - this.loggedAt < LOG_EVERY_MS) return;
    this.loggedAt = now;
    this.terms.log(`${fault} Until this is put right it answers no such question.`);
  }
}

function secondsIn(retryAfter: string | undefined): number {
  return /^[1-9]\d{0,8}$/.test(retryAfter ?? '') ? Math.min(Number(retryAfter), MOST_SECONDS) : 1;
}
