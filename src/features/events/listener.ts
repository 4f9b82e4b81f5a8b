import type { EventPosition } from '../../event/event-position.js';
import type { DomainError } from '../../errors/domain.error.js';
import type { EventBatch } from './event-batch.js';
import type { EventFilter } from './event-filter.js';
import type { KeyClaim } from './listener-keys.js';

/** Whoever listens: an open stream, or a poll that waits. */
export interface Listener {
  readonly kind: 'stream' | 'poll';
  readonly claim: KeyClaim;
  readonly filter: EventFilter;
  /** Everything up to it has been told. */
  readonly position: EventPosition;
  /** False once it is over, and while its client does not read. */
  readonly isReady: boolean;
  take(batch: EventBatch): void;
  /** Nothing more is there for now. */
  reachTip(): void;
  /** The store did not answer; the feed asks again. */
  interrupt(refusal: DomainError): void;
  /** It is over: for a reason, or because this node stops. */
  end(refusal?: DomainError): void;
}
