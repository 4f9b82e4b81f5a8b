import { Injectable } from '@nestjs/common';
import type { ApplicationName, KnownApplication } from '../application/application-facts.js';
import { Store, type Run } from '../database/store.js';
import { DomainError } from '../errors/domain.error.js';
import { countLiveCheck } from '../metrics/metrics.js';
import { Arrivals, type Arrival } from './arrivals.js';
import type { Deed } from './deed.js';
import type { Principal } from './principal.js';
import type { EndCause } from './session-cause.js';
import { SessionChecks, type LiveSession } from './session-checks.js';
import { SessionEndings } from './session-endings.js';
import type { SessionPolicy } from './session-policy.js';
import type { EndedSession, ListedSession, SessionClient, SessionOwner, StartedSession } from './session-facts.js';
import { SessionStarts } from './session-starts.js';
import { SessionRepository } from './session.repository.js';
import { unknownSession } from './unknown-session.js';
import { SessionToken, uuidOf } from './session-token.js';
import { SessionToucher } from './session-toucher.js';

/** Sessions start, prove themselves and end here, and nowhere else. */
@Injectable()
export class SessionService {
  constructor(
    private readonly store: Store,
    private readonly starts: SessionStarts,
    private readonly sessions: SessionRepository,
    private readonly checks: SessionChecks,
    private readonly arrivals: Arrivals,
    private readonly endings: SessionEndings,
    private readonly toucher: SessionToucher,
  ) {}

  /**
   * Starts a session for verified credentials; `presented`, the token that came with the login, ends with it.
   * Refuses CREDENTIALS_REJECTED when the user changed meanwhile, SESSION_LIMIT_REACHED where the policy says so.
   */
  start(
    owner: SessionOwner,
    client: SessionClient,
    policy: SessionPolicy,
    presented?: string,
  ): Promise<StartedSession> {
    return this.starts.start(owner, client, policy, SessionToken.parse(presented));
  }

  /** The one question, asked of the store by every request. Refuses SESSION_UNKNOWN; `contract` admits only tokens that it issued. */
  async authenticate(text: string | undefined, contract?: string): Promise<Principal> {
    const token = SessionToken.parse(text);
    if (!token) throw unknownSession('malformed');
    const session = await this.checks.check(token);
    if (!session || !token.matches(session.secretHash)) throw unknownSession('dead');
    if (contract !== undefined && session.contract !== contract) throw unknownSession('foreign');
    this.noteSeen(session, token);
    return session;
  }

  /**
   * What a wire asks of each of its requests: which application it names, and which of that application's sessions its
   * token is. Judges both and refuses neither.
   */
  async arrive(name: ApplicationName, text?: string): Promise<Arrival> {
    const token = SessionToken.parse(text);
    const arrival = await this.arrivals.ask(name, token);
    return arrival.session && !token!.matches(arrival.session.secretHash)
      ? { ...arrival, session: undefined, userRow: undefined }
      : arrival;
  }

  /** The session with which a request arrived, if `contract` issued its token. Refuses SESSION_UNKNOWN. */
  admit(arrival: Arrival | undefined, contract: string): Principal {
    const { session, token } = arrival ?? {};
    if (!token) throw unknownSession('malformed');
    if (!session) throw unknownSession('dead');
    if (session.contract !== contract) throw unknownSession('foreign');
    this.noteSeen(session, token);
    return session;
  }

  /** Notes that a session was seen which another statement than the check has found live. */
  noteSeen(session: LiveSession, token: SessionToken): void {
    countLiveCheck();
    this.toucher.touchIfDue(session, token);
  }

  /** Whether a text has the form of a token; says nothing about a session. */
  isToken(text: string | undefined): boolean {
    return SessionToken.isShaped(text);
  }

  /** Whose session it was, if disabling them ended it. A session that never was tells nothing about anyone. */
  async disabledOwnerOf(token: SessionToken): Promise<string | undefined> {
    return (await this.sessions.wasDisabled(token)) ? uuidOf(token.userId) : undefined;
  }

  /** The application that a request names, if there is such a one and it is active. */
  async applicationOf(name: ApplicationName): Promise<KnownApplication | undefined> {
    return (await this.arrivals.ask(name, undefined)).application;
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

  /**
   * Ends the session of this token, if there is one, and answers which. Ending what has already ended is success.
   * Only a session of `applicationId`, where it is given.
   */
  async logOut(text: string | undefined, applicationId?: string): Promise<EndedSession | undefined> {
    const token = SessionToken.parse(text);
    if (!token || !(await this.endings.logOut(token, applicationId))) return undefined;
    return { userId: uuidOf(token.userId), sessionId: uuidOf(token.sessionId) };
  }

  /** Ends nothing; resolves when a token that was found dead is so on every standby that counts, as `logOut` does. */
  async confirmEnded(text: string): Promise<void> {
    if (SessionToken.isShaped(text)) await this.endings.confirm();
  }

  /** Ends one of this user's sessions; refuses NOT_FOUND for what is not there, or not theirs. */
  async end(userId: string, sessionId: string, cause: EndCause, deed?: Deed): Promise<void> {
    if ((await this.sessions.end(userId, sessionId, cause, deed)) === 0)
      throw new DomainError('NOT_FOUND', 'No such session.');
  }

  /** Ends all of a user's sessions but `except`, atomically against logins and rotations. */
  async endAll(userId: string, cause: EndCause, except?: string): Promise<void> {
    const ended = await this.store.transaction(({ run }) => this.endAllWithin(run, userId, cause, except));
    // A user who was deleted meanwhile leaves nothing to write, and a transaction that wrote nothing waits for no standby.
    if (ended === 0) await this.endings.confirm();
  }

  /** The same inside a transaction that also changes the user: the user's row is locked first, then the sessions go. */
  async endAllWithin(run: Run, userId: string, cause: EndCause, except?: string, deed?: Deed): Promise<number> {
    await this.sessions.lockOwner(userId, run);
    await this.sessions.endOutlived(userId, run);
    return this.sessions.endAll(userId, except, cause, run, deed);
  }
}
