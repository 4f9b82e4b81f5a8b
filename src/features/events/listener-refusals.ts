import { Injectable, Logger } from '@nestjs/common';
import { DomainError } from '../../errors/domain.error.js';
import { isStoreOutage, storeUnavailable } from '../../errors/store-outage.js';
import type { Listener } from './listener.js';

/** What listeners are told when they cannot be told events. */
@Injectable()
export class ListenerRefusals {
  private readonly logger = new Logger(ListenerRefusals.name);

  /** Where the store is away, each decides whether it waits; whatever else went wrong ends them. */
  interrupt(listeners: Iterable<Listener>, error: unknown): void {
    const isAway = isStoreOutage(error) || (error instanceof DomainError && error.code === 'STORE_UNAVAILABLE');
    const refusal = error instanceof DomainError ? error : isAway ? storeUnavailable(error) : this.unforeseen(error);
    for (const listener of listeners) {
      if (isAway) listener.interrupt(refusal);
      else listener.end(refusal);
    }
  }

  keyEnded(): DomainError {
    return new DomainError('SERVICE_KEY_UNKNOWN', 'The service key has ended.');
  }

  private unforeseen(error: unknown): DomainError {
    this.logger.error(error);
    return new DomainError('INTERNAL', 'Something went wrong on our side. The request id finds it in the log.', {
      cause: error,
    });
  }
}
