import { instant, type Columns } from './table.js';

/** A live session as the API lists it. */
export interface Session {
  id: string;
  userId: string;
  username: string | null;
  contract: string;
  browser?: string | null;
  system?: string | null;
  address: string | null;
  createdAt: string;
  lastSeenAt?: string;
}

/** The columns in which people look at live sessions. */
export const SESSION_COLUMNS: Columns<Session> = {
  id: ({ id }) => id,
  user: ({ username, userId }) => username ?? userId,
  contract: ({ contract }) => contract,
  client: ({ browser, system }) => [browser, system].filter(Boolean).join(', ') || null,
  address: ({ address }) => address,
  started: ({ createdAt }) => instant(createdAt),
  'last seen': ({ lastSeenAt }) => instant(lastSeenAt),
};
