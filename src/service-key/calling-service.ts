import type { Scope } from './scope.js';

/** A service that has proved itself by its key, as of the statement that answered it. */
export interface CallingService {
  readonly keyId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The one application that it may ask about; null means all. */
  readonly applicationId: string | null;
}
