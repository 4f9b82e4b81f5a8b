import { isStoreOutage } from '../errors/store-outage.js';
import { nameOf, type ServerAddress } from './postgres-address.js';
import type { Standing } from './server-standing.js';

/** What is known of one server: what it said, or why it said nothing. */
export interface Report {
  readonly server: ServerAddress;
  readonly standing?: Standing;
  readonly error?: NodeJS.ErrnoException;
}

/** PostgreSQL, appendix A: sqlclient_unable_to_establish_sqlconnection. */
const UNABLE_TO_CONNECT = '08001';

/** There is no server that may be asked. Its message says for each server why; for operators, not for callers. */
export class NoPrimary extends Error {
  /** An outage, unless every server refused for a reason that waiting does not mend, such as a wrong password. */
  readonly code: string;

  constructor(reports: readonly Report[], reason = 'no primary') {
    super(`${reason}: ${reports.map(wordsOf).join('; ')}`);
    const lasting = reports.map(({ error }) => (error && !isStoreOutage(error) ? error.code : undefined));
    this.code = (lasting.every(Boolean) && lasting[0]) || UNABLE_TO_CONNECT;
  }
}

/** What a server said, in words. */
export function wordsOf({ server, standing, error }: Report): string {
  return `${nameOf(server)} ${standing ? roleOf(standing) : `says ${error?.message ?? 'nothing'}`}`;
}

function roleOf({ isStandby, isReadOnly, timeline }: Standing): string {
  if (isStandby) return 'is a standby';
  if (isReadOnly) return 'is read-only';
  return timeline === null ? 'is a primary' : `is a primary on timeline ${timeline}`;
}
