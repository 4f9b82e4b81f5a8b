import { Store, type Run } from '../database/store.js';
import { ALLOW_SEARCH } from '../session/filtered-endings.js';
import { BoundedQueue } from '../user/bounded-queue.js';

/** Each may hold a connection of those that logins need for many seconds. */
const AT_ONCE = 2;
const MOST_WAITING = 8;

/** Transactions that begin by counting millions: so few at a time that logins find a connection whatever administrators ask. */
export class LongCounts {
  private readonly queue = new BoundedQueue(AT_ONCE, MOST_WAITING);

  constructor(private readonly store: Store) {}

  /** All or nothing. Refuses OVERLOADED where too many wait, or one waited for five seconds; nothing was done then. */
  run<T>(work: (run: Run) => Promise<T>): Promise<T> {
    return this.queue.run(() =>
      this.store.transaction(async ({ run }) => {
        await run(ALLOW_SEARCH, []);
        return work(run);
      }),
    );
  }
}
