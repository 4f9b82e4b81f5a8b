import type { EndedBy } from './principal.js';

/** Who ends sessions of others, and why. */
export interface Deed {
  readonly by: EndedBy;
  readonly reason: string | null;
}

/** As the trigger that writes the event reads it; empty where nobody is named. */
export function settingOf(deed: Deed | undefined): string {
  if (!deed) return '';
  const { by, reason } = deed;
  const who = 'keyId' in by ? { keyId: by.keyId } : { userId: by.userId, sessionId: by.sessionId };
  return JSON.stringify({ reason, ...who });
}

/** The three columns in which a table keeps who it was: user, session, service key. */
export function columnsOf(by: EndedBy): (string | null)[] {
  return 'keyId' in by ? [null, null, by.keyId] : [by.userId, by.sessionId, null];
}
