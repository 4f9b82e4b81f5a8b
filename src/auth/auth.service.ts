import { Injectable } from '@nestjs/common';
import { ApplicationService } from '../application/application.service.js';
import { Store } from '../database/store.js';
import { DomainError } from '../errors/domain.error.js';
import { METRICS } from '../metrics/metrics.js';
import type { Principal } from '../session/principal.js';
import type { SessionClient } from '../session/session-facts.js';
import { policyOf, type SessionPolicy } from '../session/session-policy.js';
import { SessionService, type EndedSession, type StartedSession } from '../session/session.service.js';
import { UserService, type KnownUser, type NewUser } from '../user/user.service.js';
import { CredentialService } from './credential.service.js';

/** Which sessions a logout ends: the caller's, the user's others, or all of them. */
export const LOGOUT_SCOPES = ['this', 'others', 'all'] as const;
export type LogoutScope = (typeof LOGOUT_SCOPES)[number];

/** How a contract starts sessions: for which client, under which policy, and which token came along. */
export interface LoginTerms {
  client: SessionClient;
  policy: SessionPolicy;
  presented?: string | undefined;
}

/** Log in, log out, change of password: for every contract, and each refusal in one place. */
@Injectable()
export class AuthService {
  constructor(
    private readonly applications: ApplicationService,
    private readonly users: UserService,
    private readonly sessions: SessionService,
    private readonly credentials: CredentialService,
    private readonly store: Store,
  ) {}

  async login(
    login: string,
    password: string,
    terms: LoginTerms,
  ): Promise<{ user: KnownUser; session: StartedSession }> {
    const user = await this.credentials.verify(login, password, terms.client);
    return { user, session: await this.start(user, terms) };
  }

  /** Starts a session for a user just verified, under the contract's policy as far as the application has none of its own. */
  async start(user: KnownUser, { client, policy, presented }: LoginTerms): Promise<StartedSession> {
    const application = await this.applications.home();
    const owner = { userId: user.id, passwordVersion: user.passwordVersion };
    const session = await this.sessions.start(owner, client, policyOf(policy, application), presented);
    METRICS.logins.inc({ contract: client.contract, outcome: 'accepted' });
    return session;
  }

  /** Registers a user and logs them in. Refuses REGISTRATION_CLOSED unless the application allows it, and LOGIN_LIMITED. */
  async signUp(
    newUser: Omit<NewUser, 'roles'>,
    terms: LoginTerms,
  ): Promise<{ user: KnownUser; session: StartedSession }> {
    const application = await this.applications.home();
    if (!application.isRegistrationOpen) {
      throw new DomainError('REGISTRATION_CLOSED', 'This application does not let people register themselves.');
    }
    await this.credentials.admitRegistration(application.id, newUser.username, terms.client);
    const user = await this.users.register(application.id, newUser);
    return { user, session: await this.start(user, terms) };
  }

  /** Success for live, dead and malformed tokens alike; answers whose sessions they were. Ending others needs a fresh login. */
  async logout(tokens: string[], scope: LogoutScope = 'this'): Promise<EndedSession[]> {
    const endings = tokens.map((token) =>
      scope === 'this' ? this.sessions.logOut(token) : this.logOutWidely(token, scope),
    );
    return (await Promise.all(endings)).filter((ended) => ended !== undefined);
  }

  /** Ends one of the caller's own sessions, by id; another than the present one needs a fresh login. */
  async endOwn(principal: Principal, sessionId: string): Promise<void> {
    const isCurrent = sessionId === principal.sessionId;
    if (!isCurrent) refuseStale(principal);
    await this.sessions.end(principal.userId, sessionId, isCurrent ? 'logout' : 'logout_others');
  }

  rotate(token: string | undefined): Promise<string> {
    return this.sessions.rotate(token);
  }

  /** Changes the password, ends the user's other sessions and rotates this one, all or nothing. Answers the new token. */
  async changePassword(
    principal: Principal,
    token: string | undefined,
    current: string,
    next: string,
    address: string,
  ): Promise<string> {
    const writeTo = await this.credentials.prepareChange(principal, current, next, address);
    return this.store.transaction(async ({ run, manager }) => {
      await this.sessions.endAllWithin(run, principal.userId, 'password_changed', principal.sessionId);
      await writeTo(manager);
      return this.sessions.rotate(token, run);
    });
  }

  private async logOutWidely(token: string, scope: 'others' | 'all'): Promise<EndedSession | undefined> {
    const principal = await this.sessions.authenticate(token).catch(unlessUnknown);
    if (!principal) return undefined;
    if (scope === 'others') refuseStale(principal);
    await this.sessions.endAll(
      principal.userId,
      `logout_${scope}`,
      scope === 'others' ? principal.sessionId : undefined,
    );
    return { userId: principal.userId, sessionId: principal.sessionId };
  }
}

function unlessUnknown(refusal: unknown): undefined {
  if (refusal instanceof DomainError && refusal.code === 'SESSION_UNKNOWN') return undefined;
  throw refusal;
}

function refuseStale({ isFresh }: Principal): void {
  if (!isFresh) {
    throw new DomainError('LOGIN_STALE', 'Ending other sessions needs a login of the last five minutes. Log in again.');
  }
}
