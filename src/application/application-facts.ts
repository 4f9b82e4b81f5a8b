import type { KeyKind } from './application-keys.js';

/**
 * How a request names its application: by a key, alone or together with the id it must belong to; or by the host that it
 * was sent to, where a host that nobody claims means the first application.
 */
export interface ApplicationName {
  readonly host: string;
  readonly key?: string;
  readonly id?: string;
  /** The endpoint asked for, on the wire that has them. */
  readonly endpoint?: string;
}

/** What every request of a wire may need of its application, as of the statement that answered it. */
export interface KnownApplication {
  readonly id: string;
  /** The kind of the key that named it; null where the host did. */
  readonly keyKind: KeyKind | null;
  readonly allowedOrigins: readonly string[];
  readonly requiresOrigin: boolean;
  /** The endpoint asked for, if the application has it. */
  readonly endpoint: Endpoint | null;
  readonly wires: WireSettings;
}

/** What an application decides about logins: how long and how many its sessions may be, and after how many failures a name is locked. */
export interface LoginRules {
  /** Seconds; null leaves it to the contract. */
  readonly sessionLifetime: number | null;
  /** Seconds; null leaves it to the contract. */
  readonly sessionIdle: number | null;
  /** Null leaves it to the contract, 0 is unlimited. */
  readonly sessionLimit: number | null;
  readonly atSessionLimit: 'refuse' | 'end_oldest';
  /** Failures in a row; null never locks. */
  readonly lockAfter: number | null;
  readonly lockSeconds: number;
}

/** An endpoint of the Rested wire: for users, or for records. */
export interface Endpoint {
  readonly kind: 'authentication' | 'records';
  /** Every method needs a token. */
  readonly isSecure?: boolean;
  /** On a secure endpoint: other users of the application may read, not only the owner. */
  readonly isReadableByOthers?: boolean;
}

/** Where a wire departs from the original, an application may bring the original's way back. */
export interface WireSettings {
  readonly backendless?: BackendlessSettings;
  readonly rested?: RestedSettings;
  readonly elvis?: ElvisSettings;
}

export interface BackendlessSettings {
  /** POST logs out too. */
  readonly isPostLogoutOpen?: boolean;
  /** Recovery tells an unknown identity from a known one. */
  readonly isRecoveryTelling?: boolean;
}

export interface RestedSettings {
  /** A logout without a live token is 401. */
  readonly isLogoutStrict?: boolean;
}

export interface ElvisSettings {
  /** `false`: failures are HTTP statuses. The original's name of this setting. */
  readonly sendServiceErrorAsJson?: boolean;
  /** Login by GET, as in version 5 and older. */
  readonly isGetLoginOpen?: boolean;
  /** A logout without a live session is refused. */
  readonly isLogoutStrict?: boolean;
}
