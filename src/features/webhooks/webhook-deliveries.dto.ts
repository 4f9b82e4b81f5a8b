import { IsIn, IsUUID } from 'class-validator';
import { IdPath } from '../../http/id-path.dto.js';
import { InLowerCase } from '../../http/in-lower-case.decorator.js';
import { PageQuery } from '../../http/page.dto.js';
import { DELIVERY_STATUSES, type DeliveryStatus, type KnownDelivery } from '../../webhook/webhook-facts.js';
import { IfGiven } from '../../http/field-presence.js';

/** A path that ends in the id of a delivery. */
export class DeliveryPath extends IdPath {
  /**
   * The delivery’s id, as the log shows it.
   * @example '019aa3f2-9e3a-7f5c-9d3b-4b6c7d8e9f0a'
   */
  @InLowerCase() @IsUUID() deliveryId!: string;
}

export class DeliveriesQuery extends PageQuery {
  /**
   * Only those that stand so; `dead` are the dead letters.
   * @example 'dead'
   */
  @IfGiven() @IsIn(DELIVERY_STATUSES) status?: DeliveryStatus;
}

export class DeliveryAnswer {
  /** Its `webhook-id` is this behind `msg_`, the same in every attempt. @example '019aa3f2-9e3a-7f5c-9d3b-4b6c7d8e9f0a' */
  id!: string;
  /** @example '4711' */
  eventId!: string;
  /** @example 'session.ended' */
  type!: string;
  /** @example 'pending' */
  @IsIn(DELIVERY_STATUSES) status!: DeliveryStatus;
  /** Since it was made, or replayed. @example 3 */
  attempts!: number;
  /** Null once it is delivered or dead. @example '2026-11-20T18:15:40.000Z' */
  nextAttemptAt!: string | null;
  /** The last attempt is made then. @example '2026-11-23T18:15:00.000Z' */
  retryUntil!: string;
  /** @example '2026-11-20T18:15:20.000Z' */
  lastAttemptAt!: string | null;
  /** Null where there was no answer. @example 503 */
  lastStatus!: number | null;
  /** Why the last attempt failed. @example 'answered 503' */
  lastError!: string | null;
  /** The printable beginning of the answer to the last failed attempt. @example 'Service unavailable' */
  lastAnswer!: string | null;
  /** @example '2026-11-20T18:15:00.000Z' */
  createdAt!: string;
  /** @example null */
  deliveredAt!: string | null;

  static of(delivery: KnownDelivery): DeliveryAnswer {
    const { id, eventId, type, status, attempts, lastStatus, lastError, lastAnswer } = delivery;
    return {
      id,
      eventId,
      type,
      status,
      attempts,
      nextAttemptAt: status === 'pending' ? delivery.nextAttemptAt.toISOString() : null,
      retryUntil: delivery.retryUntil.toISOString(),
      lastAttemptAt: delivery.lastAttemptAt?.toISOString() ?? null,
      lastStatus,
      lastError,
      lastAnswer,
      createdAt: delivery.createdAt.toISOString(),
      deliveredAt: delivery.deliveredAt?.toISOString() ?? null,
    };
  }
}

export class DeliveriesAnswer {
  deliveries!: DeliveryAnswer[];
  /** Goes into `after` for the next page; null on the last one. @example null */
  next!: string | null;
}

export class ReplayedAnswer {
  /** How many are due again. A thousand: there may be more, ask again. @example 12 */
  replayed!: number;
}
