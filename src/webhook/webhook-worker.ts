import { Injectable, Logger } from '@nestjs/common';
import { BackgroundStore } from '../database/background-store.js';
import { WebhookCourier } from './webhook-courier.js';
import { WebhookQueue, type WebhookJob } from './webhook-queue.js';

/** Endpoints that one node looks after at the same time. */
export const WEBHOOK_ENDPOINTS = 32;
const REST_MS = 1_000;
/** At the end of the process attempts get that long to end by themselves. */
const GRACE_MS = 2_000;

/** More than can be claimed at an endpoint at a time: the first that is not tells when the next is due, however many wait. */
const LOOKED_AT = 1_000;
// Rounded up: a job that comes early finds nothing due, and would come again and again.
const NEXT = `
  select due <= now() as "isDue",
    to_char(date_trunc('second', due) + interval '1 second', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at
  from (
    select min(greatest(next_attempt_at, coalesce(claimed_until, next_attempt_at))) as due
    from (
      select next_attempt_at, claimed_until from webhook_deliveries where endpoint_id = $1 and status = 'pending'
      order by next_attempt_at limit ${LOOKED_AT}
    ) as first
    where exists (select from webhook_endpoints where id = $1 and status = 'active')
  ) as next where due is not null`;

/** Takes jobs, each an endpoint, and looks after as many at a time as it may: one that is slow keeps no other waiting. */
@Injectable()
export class WebhookWorker {
  private readonly logger = new Logger(WebhookWorker.name);
  private readonly stopping = new AbortController();
  /** The jobs of each endpoint that is being looked after. */
  private readonly turns = new Map<string, { jobs: string[]; done: Promise<void> }>();
  private wake = (): void => {};

  constructor(
    private readonly store: BackgroundStore,
    private readonly queue: WebhookQueue,
    private readonly courier: WebhookCourier,
  ) {}

  /** Takes what is there and begins on it; answers how long to rest, in milliseconds. `wake` is called when there is room again. */
  async takeTurns(wake: () => void): Promise<number> {
    this.wake = wake;
    const room = WEBHOOK_ENDPOINTS - this.turns.size;
    const jobs = room > 0 ? await this.queue.take(room) : [];
    for (const job of jobs) this.begin(job);
    return jobs.length > 0 ? 0 : REST_MS;
  }

  /** Lets attempts end, for two seconds, and gives the others back. */
  async stop(): Promise<void> {
    const timer = setTimeout(() => this.stopping.abort(), GRACE_MS);
    await Promise.all([...this.turns.values()].map(({ done }) => done));
    clearTimeout(timer);
  }

  // A second job of an endpoint adds nothing to the turn that lasts, but ends with it.
  private begin({ id, endpointId }: WebhookJob): void {
    const turn = this.turns.get(endpointId);
    if (turn) {
      turn.jobs.push(id);
      return;
    }
    const jobs = [id];
    this.turns.set(endpointId, { jobs, done: this.turn(endpointId, jobs) });
  }

  private async turn(endpointId: string, jobs: string[]): Promise<void> {
    try {
      await this.courier.carry(endpointId, this.stopping.signal);
      // From here on a job begins another turn: this one may not see what it is about.
      this.turns.delete(endpointId);
      await this.finish(endpointId, jobs);
    } catch (error) {
      // The jobs come back when their time is over.
      this.logger.warn(`endpoint ${endpointId} put off: ${(error as Error).message}`);
    } finally {
      if (this.turns.get(endpointId)?.jobs === jobs) this.turns.delete(endpointId);
      this.wake();
    }
  }

  private async finish(endpointId: string, jobs: string[]): Promise<void> {
    await this.store.transaction(async (run) => {
      const [next] = await run<{ isDue: boolean; at: string }>(NEXT, [endpointId]);
      await this.queue.finish(run, jobs);
      if (next?.isDue) await this.queue.enqueue(run, [endpointId]);
      else if (next) await this.queue.schedule(run, endpointId, next.at);
    });
  }
}
