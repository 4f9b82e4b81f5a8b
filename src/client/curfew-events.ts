import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Calls } from './calls.js';
import { CurfewMisconfigured } from './curfew-misconfigured.js';
import { CurfewUnavailable } from './curfew-unavailable.js';
import { CursorGone } from './cursor-gone.js';
import { isRecord } from './principal.js';
import type { Replies } from './replies.js';

/** From where on, and what. */
export interface EventsOptions {
  /** The `cursor` of the last event that was dealt with; `oldest` for all that is kept; from now on without it. */
  after?: string;
  /** `session.started`, `session.rotated`, `session.ended`, `application.sessions_ended`; all of them without it. */
  types?: readonly string[];
  /** Ends the listening: the loop over the events is left as if there were no more. */
  signal?: AbortSignal;
}

/** Something that happened to sessions. */
export interface CurfewEvent {
  /** The same where an event comes again. */
  readonly id: string;
  readonly type: string;
  /** RFC 3339, in milliseconds. */
  readonly timestamp: string;
  /** Whose session, and why; by type: docs/events.md. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Keep it once the event was dealt with, and give it as `after` next time: none is missed, some may come again. */
  readonly cursor: string;
}

interface Page {
  events: Omit<CurfewEvent, 'cursor'>[];
  next: string;
}

const WAIT_SECONDS = 20;
const GRACE_MS = 5_000;
const SHORTEST_MS = 250;
const LONGEST_MS = 30_000;

/** Events in their order and at least once, over long polls, from any node; a break is waited out with back-off and jitter. */
export class CurfewEvents {
  constructor(
    private readonly calls: Calls,
    private readonly replies: Replies,
    private readonly options: EventsOptions & { signal: AbortSignal },
  ) {}

  /** Throws CursorGone, and CurfewMisconfigured where the key is refused: no waiting would help. */
  async *listen(): AsyncGenerator<CurfewEvent, void> {
    let cursor = this.options.after;
    for (let failures = 0; !this.options.signal.aborted;) {
      const page = await this.poll(cursor).catch((error: unknown) => this.waitOut(failures, error));
      failures = page ? 0 : failures + 1;
      if (!page) continue;
      const last = page.events.length - 1;
      // Within a page the cursor stays before it: whoever stops there is told the page again.
      for (const [place, event] of page.events.entries())
        yield { ...event, cursor: place === last ? page.next : (cursor ?? page.next) };
      cursor = page.next;
    }
  }

  private async poll(after: string | undefined): Promise<Page> {
    const { types, signal } = this.options;
    const query = new URLSearchParams({
      ...(after !== undefined && { after }),
      ...(types && { types: types.join(',') }),
      wait: String(WAIT_SECONDS),
    });
    const timeoutMs = WAIT_SECONDS * 1_000 + GRACE_MS;
    const reply = await this.calls.answerTo({ path: `/api/v1/events?${query.toString()}`, timeoutMs, signal });
    if (reply.status === 410) throw new CursorGone('The events behind this cursor are not kept any more.');
    return pageIn(this.replies.bodyOf(reply));
  }

  // At least as long as Curfew asks for; what is added is by chance, so that not all listeners come back at once.
  private async waitOut(failures: number, error: unknown): Promise<undefined> {
    const { signal } = this.options;
    if (signal.aborted) return;
    if (!(error instanceof CurfewUnavailable) || error instanceof CurfewMisconfigured) throw error;
    const more = Math.min(SHORTEST_MS * 2 ** Math.min(failures, 10), LONGEST_MS);
    await pause(error.retryAfterSeconds * 1_000 + randomInt(more), undefined, { signal }).catch(() => {});
  }
}

function pageIn(body: string): Page {
  try {
    const answer: unknown = JSON.parse(body);
    if (!isRecord(answer) || typeof answer['next'] !== 'string' || !Array.isArray(answer['events']))
      throw new TypeError('No page of events.');
    return { events: answer['events'].map(eventIn), next: answer['next'] };
  } catch (error) {
    throw new CurfewUnavailable('Curfew answered in an unknown form.', 1, error);
  }
}

function eventIn(event: unknown): Page['events'][number] {
  if (!isRecord(event)) throw new TypeError('An event is no object.');
  const { id, type, timestamp, data } = event;
  if (typeof id !== 'string' || typeof type !== 'string' || typeof timestamp !== 'string' || !isRecord(data))
    throw new TypeError('An event lacks a part.');
  return { id, type, timestamp, data };
}
