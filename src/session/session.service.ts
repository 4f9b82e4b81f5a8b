import { Injectable } from '@nestjs/common';
import { v7 as freshId } from 'uuid';
import { Store, type Run } from '../database/store.js';
import { DomainError } from '../errors/domain.error.js';
import { countLiveCheck, METRICS } from '../metrics/metrics.js';
import type { Principal } from './principal.js';
import type { EndCause } from './session-cause.js';
import { SessionChecks } from './session-checks.js';
import { SessionEndings } from './session-endings.js';
import type { SessionPolicy } from './session-policy.js';
import type { ListedSession, SessionClient, SessionOwner, StartedRow } from './session-facts.js';
import { SessionRepository } from './session.repository.js';
import { SessionToken, uuidOf } from './session-token.js';
import { SessionToucher } from './session-toucher.js';

/** A session as login hands it out: the only moment at which its token is known. */
export interface StartedSession extends StartedRow {
  readonly id: string;
  readonly userId: string;
  readonly token: string;
}

/** Whose session it was that ended. */
export interface EndedSession {
  readonly userId: string;
  readonly sessionId: string;
}

/** Sessions start, prove themselves and end here, and nowhere else. */
@Injectable()
export class SessionService {
  constructor(
    private readonly store: Store,
    private readonly sessions: SessionRepository,
    private readonly checks: SessionChecks,
    private readonly endings: SessionEndings,
    private readonly toucher: SessionToucher,
  ) {}

  /**
   * Starts a session for verified credentials; `presented`, the token that came with the login, ends with it.
   * Refuses CREDENTIALS_REJECTED when the user changed meanwhile, SESSION_LIMIT_REACHED where the policy says so.
   */
  async start(
    owner: SessionOwner,
    client: SessionClient,
    policy: SessionPolicy,
    presented?: string,
  ): Promise<StartedSession> {
    const token = SessionToken.mint(owner.userId, freshId());
    const replaced = SessionToken.parse(presented);
    const insert = async (run?: Run): Promise<StartedRow> => {
      const started = await this.sessions.insert(token, owner, client, policy, replaced, run);
      if (!started) throw new DomainError('CREDENTIALS_REJECTED', 'The credentials were not accepted.');
      return started;
    };
    const started =
      policy.limit === undefined ? await insert() : await this.startWithin(policy.limit, policy, token, owner, insert);
    return { ...started, id: uuidOf(token.sessionId), userId: owner.userId, token: token.reveal() };
  }

  /** The one question, asked of the store by every request. Refuses SESSION_UNKNOWN; `contract` admits only tokens that it issued. */
  async authenticate(text: string | undefined, contract?: string): Promise<Principal> {
    const token = SessionToken.parse(text);
    if (!token) throw unknownSession('malformed');
    const session = await this.checks.check(token);
    if (!session || !token.matches(session.secretHash)) throw unknownSession('dead');
    if (contract !== undefined && session.contract !== contract) throw unknownSession('foreign');
    countLiveCheck();
    this.toucher.touchIfDue(session, token);
    return session;
  }

  /** Newest first; `before` is the id of the last one already seen. */
  list(userId: string, limit: number, before?: string): Promise<ListedSession[]> {
    return this.sessions.list(userId, before, limit);
  }

  /** A new token for the same session; the old one is dead. One of two racing rotations is refused SESSION_UNKNOWN. */
  async rotate(text: string | undefined, run?: Run): Promise<string> {
    const old = SessionToken.parse(text);
    if (!old) throw unknownSession('malformed');
    const fresh = SessionToken.mint(uuidOf(old.userId), uuidOf(old.sessionId));
    if (!(await this.sessions.swapSecret(old, fresh, run))) throw unknownSession('dead');
    return fresh.reveal();
  }

  /** Ends the session of this token, if there is one, and answers which. Ending what has already ended is success. */
  async logOut(text: string | undefined): Promise<EndedSession | undefined> {
    const token = SessionToken.parse(text);
    if (!token || !(await this.endings.logOut(token))) return undefined;
    return { userId: uuidOf(token.userId), sessionId: uuidOf(token.sessionId) };
  }

  /** Ends one of this user's sessions; refuses NOT_FOUND for what is not there, or not theirs. */
  async end(userId: string, sessionId: string, cause: EndCause): Promise<void> {
    if ((await this.sessions.end(userId, sessionId, cause)) === 0)
      throw new DomainError('NOT_FOUND', 'No such session.');
  }

  /** Ends all of a user's sessions but `except`, atomically against logins and rotations. Answers how many. */
  endAll(userId: string, cause: EndCause, except?: string): Promise<number> {
    return this.store.transaction(({ run }) => this.endAllWithin(run, userId, cause, except));
  }

  /** The same inside a transaction that also changes the user: the user's row is locked first, then the sessions go. */
  async endAllWithin(run: Run, userId: string, cause: EndCause, except?: string): Promise<number> {
    await this.sessions.lockOwner(userId, run);
    return this.sessions.endAll(userId, except, cause, run);
  }

  // The user's row is locked before counting: of N logins at once, each sees those before it.
  private startWithin(
    limit: number,
    policy: SessionPolicy,
    token: SessionToken,
    owner: SessionOwner,
    insert: (run: Run) => Promise<StartedRow>,
  ): Promise<StartedRow> {
    return this.store.transaction(async ({ run }) => {
      await this.sessions.lockOwner(owner.userId, run);
      const started = await insert(run);
      const excess = (await this.sessions.countLive(owner.userId, run)) - limit;
      if (excess > 0 && policy.atLimit === 'refuse') {
        throw new DomainError(
          'SESSION_LIMIT_REACHED',
          `This user is logged in ${limit} times already, which is the limit. Log out elsewhere first.`,
        );
      }
      if (excess > 0) await this.sessions.endOldest(owner.userId, token.sessionId, excess, run);
      return started;
    });
  }
}

function unknownSession(outcome: 'malformed' | 'dead' | 'foreign'): DomainError {
  METRICS.checks.inc({ outcome });
  return new DomainError('SESSION_UNKNOWN', 'No live session. Log in.');
}
