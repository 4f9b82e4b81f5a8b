/** Who a request acts for: what the check answered, as of the statement that answered it. Instants are database text. */
export interface Principal {
  readonly userId: string;
  readonly username: string;
  readonly roles: readonly string[];
  readonly applicationId: string;
  readonly sessionId: string;
  readonly contract: string;
  readonly createdAt: string;
  readonly authenticatedAt: string;
  readonly idleUntil: string;
  readonly expiresAt: string;
  /** Credentials were accepted within the last five minutes. */
  readonly isFresh: boolean;
  /** SHA-256 of the csrf token that came with this session, hexadecimal; null where it was started without one. */
  readonly csrfHash: string | null;
}

/** Who ends sessions of others: an administrator in a session, or a service by its key. */
export type EndedBy = Pick<Principal, 'userId' | 'sessionId'> | { readonly keyId: string };
