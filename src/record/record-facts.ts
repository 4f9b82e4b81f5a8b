import type { Endpoint } from '../application/application-facts.js';

/** Where records lie: an endpoint of an application, and who may do what there. */
export interface RecordPlace extends Pick<Endpoint, 'isSecure' | 'isReadableByOthers'> {
  readonly applicationId: string;
  readonly endpoint: string;
}

/** Who asks: the user of a live session, an operator who may do anything, or a stranger, who is neither. */
export interface RecordCaller {
  readonly userId: string | null;
  readonly isOperator: boolean;
}

/** A record as other modules know it. Instants are database text. */
export interface KnownRecord {
  readonly id: string;
  readonly ownerId: string | null;
  readonly data: unknown;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The whole data is replaced, or the fields of an object are laid over those of the stored one. */
export type ChangeStrategy = 'replace' | 'merge';
