/** What is known of an endpoint to those who may see it; its secret is shown when it is made and rotated. */
export interface KnownEndpoint {
  readonly id: string;
  /** Null: it gets the events of every application. */
  readonly applicationId: string | null;
  readonly url: string;
  /** Empty: every type. */
  readonly types: string[];
  readonly description: string | null;
  readonly status: 'active' | 'disabled';
  readonly disabledBy: 'administrator' | 'receiver' | null;
  readonly previousSecretUntil: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** An endpoint with the secret that signs from now on. */
export interface EndpointWithSecret extends KnownEndpoint {
  readonly secret: string;
}

/** What makes an endpoint; a secret may be brought along. */
export interface NewEndpoint {
  readonly applicationId: string | null;
  readonly url: string;
  readonly types: string[];
  readonly description: string | null;
  readonly secret?: string;
}

/** What can be changed; what is left out stays. */
export interface EndpointChanges {
  readonly url?: string;
  readonly types?: string[];
  readonly description?: string | null;
  readonly status?: 'active' | 'disabled';
}

/** Where a delivery stands. */
export const DELIVERY_STATUSES = ['pending', 'delivered', 'dead'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One line of an endpoint's log. */
export interface KnownDelivery {
  readonly id: string;
  readonly eventId: string;
  readonly type: string;
  readonly status: DeliveryStatus;
  /** Since it was made, or replayed. */
  readonly attempts: number;
  readonly nextAttemptAt: Date;
  readonly retryUntil: Date;
  readonly lastAttemptAt: Date | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly lastAnswer: string | null;
  readonly createdAt: Date;
  readonly deliveredAt: Date | null;
}
