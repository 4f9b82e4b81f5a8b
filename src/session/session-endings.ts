import { Injectable } from '@nestjs/common';
import { SharedStatement } from '../database/shared-statement.js';
import { Store, type Statement } from '../database/store.js';
import { METRICS } from '../metrics/metrics.js';
import { counted } from './counted-endings.js';
import { arrayOf } from './session-checks.js';
import { DELETE_FOUND, foundToEnd, IS_SPARED } from './session-statements.js';
import type { SessionToken } from './session-token.js';

// A row that someone else has locked is left out, so that nobody waits for the sessions of others.
const LOG_OUT: Statement = {
  name: 'session-logout',
  text: `
    with ${foundToEnd(
      "'logout'",
      `select sessions.user_id, sessions.id, asked.place
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[]) with ordinality
         as asked (user_id, id, secret_hash, application_id, place)
       join sessions on sessions.user_id = asked.user_id and sessions.id = asked.id
       where sessions.secret_hash = decode(asked.secret_hash, 'hex')
         and (asked.application_id is null or sessions.application_id = asked.application_id)
         and ${IS_SPARED}
       for update of sessions skip locked`,
    )}
    ${DELETE_FOUND} returning found.place`,
};

const LOG_OUT_ALONE: Statement = {
  name: 'session-logout-alone',
  text: `
    with ${foundToEnd(
      "'logout'",
      `select user_id, id from sessions
       where user_id = $1 and id = $2 and secret_hash = $3 and ($4::uuid is null or application_id = $4)
         and ${IS_SPARED} for update`,
    )}
    ${DELETE_FOUND} returning sessions.id`,
};

// What is found gone may be gone on this server alone, by a commit that was cut short while it waited for a standby. A commit
// of one's own is acknowledged when the standby has everything before it.
const ON_STANDBY: Statement = {
  name: 'session-on-standby',
  text: `
    select case when current_setting('synchronous_standby_names') <> '' then pg_logical_emit_message(true, 'curfew', '') end`,
};

interface Logout {
  token: SessionToken;
  /** Where it is given, a session of another application stays. */
  applicationId: string | undefined;
}

/** Logouts that arrive together share a statement and its commit; each is answered after it. */
@Injectable()
export class SessionEndings {
  private readonly statement: SharedStatement<Logout, boolean>;
  private readonly confirmation: SharedStatement<undefined, undefined>;

  constructor(private readonly store: Store) {
    const sharing = { inFlight: 2, size: 200, patienceMs: 1_700 };
    this.statement = new SharedStatement((logouts) => this.logOutAll(logouts), sharing);
    this.confirmation = new SharedStatement((asked) => this.store.run(ON_STANDBY, []).then(() => asked), sharing);
  }

  /** True where this call ended it; false where it had ended already, or never was, and where every standby that counts knows so. */
  async logOut(token: SessionToken, applicationId?: string): Promise<boolean> {
    const logout = { token, applicationId };
    const hasEnded = (await this.statement.ask(logout)) || (await this.logOutAlone(logout));
    if (!hasEnded) await this.confirm();
    return hasEnded;
  }

  /** Resolves when every standby that counts has what this server has: only then is what was found gone called ended. */
  async confirm(): Promise<void> {
    await this.confirmation.ask(undefined);
  }

  /** What the shared statement did not find has ended already, or is locked: then this one waits, and nobody with it. */
  private async logOutAlone({ token, applicationId }: Logout): Promise<boolean> {
    const { run } = this.store;
    const ending = run(LOG_OUT_ALONE, [token.userId, token.sessionId, token.secretHash, applicationId ?? null]);
    return (await counted('logout', run, ending)) === 1;
  }

  private async logOutAll(logouts: Logout[]): Promise<boolean[]> {
    const tokens = logouts.map(({ token }) => token);
    const values = [
      arrayOf(tokens.map((token) => token.userId)),
      arrayOf(tokens.map((token) => token.sessionId)),
      arrayOf(tokens.map((token) => token.secretHash.toString('hex'))),
      arrayOf(logouts.map(({ applicationId }) => applicationId ?? 'NULL')),
    ];
    const rows = await this.store.run(LOG_OUT, values);
    METRICS.sessionsEnded.inc({ cause: 'logout' }, rows.length);
    const places = new Set(rows.map(([place]) => Number(place) - 1));
    return tokens.map((_, place) => places.has(place));
  }
}
