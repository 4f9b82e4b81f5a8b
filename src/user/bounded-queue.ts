import pLimit from 'p-limit';
import { DomainError } from '../errors/domain.error.js';

/** Who may wait for a turn, and for how many milliseconds. */
export const QUEUE = { maxWaiting: 256, patienceMs: 5_000 } as const;

/** Work that takes its turn: so many at once, so many waiting, five seconds at most. Refuses OVERLOADED beyond, before any work was done. */
export class BoundedQueue {
  private readonly limit;

  constructor(
    concurrency: number,
    private readonly maxWaiting: number = QUEUE.maxWaiting,
  ) {
    this.limit = pLimit(concurrency);
  }

  get isIdle(): boolean {
    return this.limit.activeCount + this.limit.pendingCount === 0;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.limit.pendingCount >= this.maxWaiting) throw overloaded();
    const arrivedAt = performance.now();
    return this.limit(() => {
      // Whoever asked has given up, or soon will: a session made now would be nobody's.
      if (performance.now() - arrivedAt > QUEUE.patienceMs) throw overloaded();
      return work();
    });
  }
}

function overloaded(): DomainError {
  return new DomainError('OVERLOADED', 'Too much is waiting already. Try again shortly.', { retryAfterSeconds: 2 });
}
