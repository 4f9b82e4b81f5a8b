import { Injectable } from '@nestjs/common';
import { Store, type Run, type TextRow } from '../database/store.js';
import { METRICS } from '../metrics/metrics.js';
import { counted } from './counted-endings.js';
import { settingOf, type Deed } from './deed.js';
import type { EndCause } from './session-cause.js';
import type { ListedSession, SessionClient, SessionOwner, StartedRow } from './session-facts.js';
import type { SessionPolicy } from './session-policy.js';
import type { SessionToken } from './session-token.js';
import * as sql from './session-statements.js';
import { clientFamilies } from './user-agent.js';

/** The SQL of sessions. Rows are inserted by login alone; every change states the condition that makes it safe to repeat. */
@Injectable()
export class SessionRepository {
  constructor(private readonly store: Store) {}

  /** Undefined when the user is gone, disabled, or has another password by now: then nothing was inserted or ended. */
  async insert(
    token: SessionToken,
    owner: SessionOwner,
    client: SessionClient,
    policy: SessionPolicy,
    { replaced, csrfHash = null }: { replaced?: SessionToken | undefined; csrfHash?: Buffer | null },
    run: Run = this.store.run,
  ): Promise<StartedRow | undefined> {
    const of = [
      owner.userId,
      owner.passwordVersion,
      token.sessionId,
      client.contract,
      token.secretHash,
      policy.idleMs,
      policy.lifetimeMs,
    ];
    const who = [client.ip, client.userAgent, client.label];
    const { browser, system } = clientFamilies(client.userAgent);
    const old = [replaced?.userId ?? null, replaced?.sessionId ?? null, replaced?.secretHash ?? null];
    const [row] = await run(sql.INSERT, [...of, ...who, ...old, csrfHash, browser, system]);
    if (!row) return undefined;
    const [applicationId, createdAt, idleUntil, expiresAt, endedCount] = row as string[];
    run.afterCommit(() => METRICS.sessionsEnded.inc({ cause: 'replaced' }, Number(endedCount)));
    return { applicationId: applicationId!, createdAt: createdAt!, idleUntil: idleUntil!, expiresAt: expiresAt! };
  }

  /** False when the secret had been swapped, or the session had ended, before. */
  async swapSecret(old: SessionToken, fresh: SessionToken, run: Run = this.store.run): Promise<boolean> {
    return (await run(sql.SWAP_SECRET, [old.userId, old.sessionId, old.secretHash, fresh.secretHash])).length === 1;
  }

  async list(userId: string, before: string | undefined, limit: number): Promise<ListedSession[]> {
    return (await this.store.run(sql.LIST, [userId, before ?? null, limit])).map(listedSession);
  }

  /** Locks the user's row against logins, which share it until they commit: each is before this ending, or after it. */
  async lockOwner(userId: string, run: Run): Promise<void> {
    await run(sql.LOCK_OWNER, [userId]);
  }

  async wasDisabled({ userId, sessionId }: SessionToken): Promise<boolean> {
    return (await this.store.run(sql.WAS_DISABLED, [userId, sessionId])).length > 0;
  }

  /** All of a user's, or those that one contract started. */
  async countLive(userId: string, contract: string | undefined, run: Run): Promise<number> {
    const [row] = await run(sql.COUNT_LIVE, [userId, contract ?? null]);
    return Number(row![0]);
  }

  /** Ends one, if it is this user's. Ending what has already ended leaves no second event. */
  end(userId: string, sessionId: string, cause: EndCause, deed?: Deed, run: Run = this.store.run): Promise<number> {
    return counted(cause, run, run(sql.END_ONE, [userId, sessionId, cause, settingOf(deed)]));
  }

  /** What ended with its application goes with that cause, before others of the user go with another. */
  endOutlived(userId: string, run: Run): Promise<number> {
    return counted('application_logout', run, run(sql.END_OUTLIVED, [userId]));
  }

  endAll(userId: string, except: string | undefined, cause: EndCause, run: Run, deed?: Deed): Promise<number> {
    return counted(cause, run, run(sql.END_ALL, [userId, except ?? null, cause, settingOf(deed)]));
  }

  /** The oldest of a user's live sessions make room for one that was just started. */
  endOldest(
    userId: string,
    exceptSessionId: string,
    count: number,
    contract: string | undefined,
    run: Run,
  ): Promise<number> {
    return counted('replaced', run, run(sql.END_OLDEST, [userId, exceptSessionId, count, contract ?? null]));
  }
}

function listedSession(row: TextRow): ListedSession {
  const [id, contract, createdAt, lastSeenAt, idleUntil, expiresAt, ip, userAgent, label] = row as string[];
  return {
    id: id!,
    contract: contract!,
    createdAt: createdAt!,
    lastSeenAt: lastSeenAt!,
    idleUntil: idleUntil!,
    expiresAt: expiresAt!,
    ip: ip ?? null,
    userAgent: userAgent ?? null,
    label: label ?? null,
  };
}
