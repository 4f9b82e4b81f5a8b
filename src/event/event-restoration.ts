import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Store } from '../database/store.js';
import { BEGIN_GENERATION, BRING_BACK, FIND_AHEAD, LOCK_LOG } from './event-return.js';

/**
 * A dump keeps the ids of transactions, and a new cluster counts anew from the beginning: what it brought would be withheld
 * until the cluster has counted that far. Once, at the start, such events are brought back; cursors of before end there.
 */
@Injectable()
export class EventRestoration implements OnModuleInit {
  private readonly logger = new Logger(EventRestoration.name);

  constructor(private readonly store: Store) {}

  async onModuleInit(): Promise<void> {
    const [[isAhead]] = (await this.store.run(FIND_AHEAD, [])) as [string[]];
    if (isAhead === 't') await this.bringBack();
  }

  private async bringBack(): Promise<void> {
    await this.store.transaction(async ({ run }) => {
      await run(LOCK_LOG, []);
      const [[isStillAhead, ahead, last]] = (await run(FIND_AHEAD, [])) as [string[]];
      if (isStillAhead !== 't') return;
      for (const statement of BRING_BACK) await run(statement, [ahead, last]);
      await run(BEGIN_GENERATION, []);
      this.logger.log('Events came from another cluster: their order goes on here, and readers start over.');
    });
  }
}
