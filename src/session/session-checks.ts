import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { SharedStatement } from '../database/shared-statement.js';
import { CHECK_LANES, statementByKey, Store, type TextRow } from '../database/store.js';
import { METRICS } from '../metrics/metrics.js';
import type { Principal } from './principal.js';
import { EXPIRES_AT, IDLE_UNTIL, LIVES, LIVES_UNTIL } from './session-limits.js';
import { uuidOf, type SessionToken } from './session-token.js';

/** A row that every limit lets live, and what is needed to trust the token and to touch. */
export interface LiveSession extends Principal {
  readonly secretHash: Buffer;
  readonly isTouchDue: boolean;
}

// A touch is due once a minute, or after a tenth of a short idle limit, whoever set it.
export const LIVE_COLUMNS = `
  sessions.secret_hash, users.username, users.roles, sessions.application_id, sessions.contract, sessions.created_at,
  sessions.authenticated_at, ${LIVES_UNTIL}, ${EXPIRES_AT},
  sessions.authenticated_at > now() - interval '5 minutes', sessions.csrf_hash,
  sessions.last_seen_at < now() - least(interval '1 minute', (${IDLE_UNTIL} - sessions.last_seen_at) / 10)`;

// Judges everything at once, by the database's clock.
const CHECK = statementByKey(
  'session-check',
  (join) => `
    select asked.place, ${LIVE_COLUMNS}
    from unnest($1::uuid[], $2::uuid[]) with ordinality as asked (user_id, id, place)
    ${join('sessions', 'sessions.user_id = asked.user_id and sessions.id = asked.id')}
    ${join('users', 'users.id = sessions.user_id')}
    ${join('applications', 'applications.id = sessions.application_id')}
    where users.status = 'active' and applications.status = 'active' and ${LIVES}`,
);

/** Gathers waiting checks into one statement. A check may ride only in one sent after it arrived: an earlier one could predate a logout. */
@Injectable()
export class SessionChecks {
  private readonly statement: SharedStatement<SessionToken, LiveSession | undefined>;

  constructor(private readonly store: Store) {
    const sharing = { inFlight: CHECK_LANES, size: 500, patienceMs: 1_500 };
    this.statement = new SharedStatement(
      (tokens) => this.checkAll(tokens),
      sharing,
      (size) => METRICS.checkBatch.observe(size),
    );
  }

  check(token: SessionToken): Promise<LiveSession | undefined> {
    return this.statement.ask(token);
  }

  private async checkAll(tokens: SessionToken[]): Promise<(LiveSession | undefined)[]> {
    const rows = await this.store.check(CHECK, [
      arrayOf(tokens.map((token) => token.userId)),
      arrayOf(tokens.map((token) => token.sessionId)),
    ]);
    const live = Array.from<LiveSession | undefined>({ length: tokens.length });
    for (const row of rows) {
      const place = Number(row[0]) - 1;
      live[place] = liveSession(tokens[place]!, row, 1);
    }
    return live;
  }
}

/** An array literal of ids or hashes: hexadecimal needs no quotes, and the driver's general way costs more than the check. */
export function arrayOf(hexadecimals: string[]): string {
  return `{${hexadecimals.join(',')}}`;
}

/** Reads LIVE_COLUMNS, which begin at `from` in the row. */
export function liveSession(token: SessionToken, row: TextRow, from: number): LiveSession {
  const roles = row[from + 2]!;
  return {
    userId: uuidOf(token.userId),
    sessionId: uuidOf(token.sessionId),
    secretHash: Buffer.from(row[from]!.slice(2), 'hex'),
    username: row[from + 1]!,
    roles: roles === '{}' ? NO_ROLES : textArray(roles),
    applicationId: row[from + 3]!,
    contract: row[from + 4]!,
    createdAt: row[from + 5]!,
    authenticatedAt: row[from + 6]!,
    idleUntil: row[from + 7]!,
    expiresAt: row[from + 8]!,
    isFresh: row[from + 9] === 't',
    csrfHash: row[from + 10]?.slice(2) ?? null,
    isTouchDue: row[from + 11] === 't',
  };
}

const NO_ROLES: readonly string[] = [];
const TEXTS = 1009 as typeof pg.types.builtins.TEXT;
// As JSON they would cost the store more than they cost here.
const textArray = pg.types.getTypeParser(TEXTS) as (text: string) => string[];
