import type { Scope } from './scope.js';

/** What a service key is to be. */
export interface NewServiceKey {
  name: string;
  scopes: Scope[];
  /** Null is every application. */
  applicationId: string | null;
  /** Null never expires. */
  expiresAt: Date | null;
}

/** What of a service key may change; what is left out stays. */
export type ServiceKeyChanges = Partial<Pick<NewServiceKey, 'name' | 'scopes' | 'expiresAt'>>;

/** A service key as lists show it: never its secret. */
export interface KnownServiceKey extends NewServiceKey {
  id: string;
  createdAt: Date;
  lastUsedAt: Date | null;
  /** Until then the secret before the last rotation opens the same doors. */
  previousUntil: Date | null;
}

/** The same, and the key itself: shown once. */
export interface MintedServiceKey extends KnownServiceKey {
  secret: string;
}
