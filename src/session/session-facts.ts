/** What a session remembers of the client that started it. */
export interface SessionClient {
  readonly contract: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly label: string | null;
  /** The session gets a csrf token besides; its contract asks for it. */
  readonly hasCsrfToken?: boolean;
}

/** For whom a session is started, as their credentials were verified. */
export interface SessionOwner {
  readonly userId: string;
  readonly passwordVersion: number;
}

/** One of a user's sessions, as people see it. Instants are database text; `idleUntil` never lies behind `expiresAt`. */
export interface ListedSession {
  readonly id: string;
  readonly contract: string;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly idleUntil: string;
  readonly expiresAt: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly label: string | null;
}

/** One of anybody's sessions, as administrators see it: with whose it is, as they are now. */
export interface FoundSession extends ListedSession {
  readonly userId: string;
  readonly username: string;
  readonly roles: readonly string[];
  readonly applicationId: string;
}

/** What starting gave back: the instants that the database chose. */
export type StartedRow = Pick<ListedSession, 'createdAt' | 'idleUntil' | 'expiresAt'> & { applicationId: string };

/** A session as login hands it out: the only moment at which its token is known. */
export interface StartedSession extends StartedRow {
  readonly id: string;
  readonly userId: string;
  readonly token: string;
  /** Where the client's contract asks for one; known at this moment alone, too. */
  readonly csrfToken?: string;
}

/** Whose session it was that ended. */
export interface EndedSession {
  readonly userId: string;
  readonly sessionId: string;
}
