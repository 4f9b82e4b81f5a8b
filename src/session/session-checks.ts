import { Injectable } from '@nestjs/common';
import { SharedStatement } from '../database/shared-statement.js';
import { CHECK_LANES, Store, type Statement, type TextRow } from '../database/store.js';
import { METRICS } from '../metrics/metrics.js';
import type { Principal } from './principal.js';
import { uuidOf, type SessionToken } from './session-token.js';

/** A row that every limit lets live, and what is needed to trust the token and to touch. */
export interface LiveSession extends Principal {
  readonly secretHash: Buffer;
  readonly isTouchDue: boolean;
}

// Judges everything at once, by the database's clock. A touch is due once a minute, or after a tenth of a short idle limit.
const CHECK: Statement = {
  name: 'session-check',
  text: `
    select asked.place, sessions.secret_hash, users.username, to_json(users.roles), sessions.application_id, sessions.contract,
           sessions.created_at, sessions.authenticated_at, least(sessions.idle_until, sessions.expires_at), sessions.expires_at,
           sessions.authenticated_at > now() - interval '5 minutes',
           sessions.last_seen_at < now() - least(interval '1 minute', (sessions.idle_until - sessions.last_seen_at) / 10)
    from unnest($1::uuid[], $2::uuid[]) with ordinality as asked (user_id, id, place)
    join sessions on sessions.user_id = asked.user_id and sessions.id = asked.id
    join users on users.id = sessions.user_id
    join applications on applications.id = sessions.application_id
    where sessions.expires_at > now() and sessions.idle_until > now()
      and users.status = 'active' and applications.status = 'active'
      and sessions.created_at > applications.sessions_valid_after`,
};

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
      live[place] = liveSession(tokens[place]!, row as string[]);
    }
    return live;
  }
}

/** An array literal of ids or hashes: hexadecimal needs no quotes, and the driver's general way costs more than the check. */
export function arrayOf(hexadecimals: string[]): string {
  return `{${hexadecimals.join(',')}}`;
}

function liveSession(token: SessionToken, row: TextRow & string[]): LiveSession {
  const [
    ,
    secretHash,
    username,
    roles,
    applicationId,
    contract,
    createdAt,
    authenticatedAt,
    idleUntil,
    expiresAt,
    isFresh,
    isTouchDue,
  ] = row;
  return {
    userId: uuidOf(token.userId),
    sessionId: uuidOf(token.sessionId),
    secretHash: Buffer.from(secretHash!.slice(2), 'hex'),
    username: username!,
    roles: roles === '[]' ? NO_ROLES : (JSON.parse(roles!) as string[]),
    applicationId: applicationId!,
    contract: contract!,
    createdAt: createdAt!,
    authenticatedAt: authenticatedAt!,
    idleUntil: idleUntil!,
    expiresAt: expiresAt!,
    isFresh: isFresh === 't',
    isTouchDue: isTouchDue === 't',
  };
}

const NO_ROLES: readonly string[] = [];
