/** What a session remembers of the client that started it. */
export interface SessionClient {
  readonly contract: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly label: string | null;
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

/** What starting gave back: the instants that the database chose. */
export type StartedRow = Pick<ListedSession, 'createdAt' | 'idleUntil' | 'expiresAt'> & { applicationId: string };
