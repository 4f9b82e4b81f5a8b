import { Injectable } from '@nestjs/common';
import { Store, type Run, type Statement } from '../database/store.js';

const BATCH = 5_000;
const TELLS = '(ip is not null or user_agent is not null or label is not null)';
const ERASED = 'ip = null, user_agent = null, label = null';

// From where the batch before ended: what is erased already is not read again.
// Whatever is locked is about to be pruned, or is for the last statement to erase.
const ERASE_BATCH: Statement = {
  name: 'session-traces-erase-batch',
  text: `
    with batch as materialized (
      select user_id, id from session_events where user_id = $1 and id > $3 and ${TELLS}
      order by id limit $2 for update skip locked
    ), erased as (
      update session_events set ${ERASED} from batch
      where session_events.user_id = batch.user_id and session_events.id = batch.id
    )
    select count(*), max(id) from batch`,
};

const ERASE: Statement = {
  name: 'session-traces-erase',
  patienceMs: 3_500,
  text: `update session_events set ${ERASED} where user_id = $1 and ${TELLS}`,
};

/** What the events of a user's sessions tell of the person: addresses, clients, labels. When a user is deleted it goes, unless the operator keeps it. */
@Injectable()
export class PersonalTraces {
  constructor(
    private readonly isErased: boolean,
    private readonly store: Store,
  ) {}

  /** In batches, so that no transaction is long. Repeating it is safe. */
  async eraseMost(userId: string): Promise<void> {
    let [count, last] = [this.isErased ? BATCH : 0, '0'];
    while (count === BATCH) {
      const [row] = await this.store.run(ERASE_BATCH, [userId, BATCH, last]);
      [count, last] = [Number(row![0]), row![1] ?? last];
    }
  }

  /** The rest, in the transaction that deletes the user; what their last endings have just written is among it. */
  async eraseWithin(run: Run, userId: string): Promise<void> {
    if (this.isErased) await run(ERASE, [userId]);
  }
}
