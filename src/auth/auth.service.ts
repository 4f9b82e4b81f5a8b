import { Injectable } from '@nestjs/common';
import { ApplicationService } from '../application/application.service.js';
import { Store } from '../database/store.js';
import { DomainError } from '../errors/domain.error.js';
import { METRICS } from '../metrics/metrics.js';
import type { Principal } from '../session/principal.js';
import type { EndedSession, SessionClient, StartedSession } from '../session/session-facts.js';
import { policyOf, type SessionPolicy } from '../session/session-policy.js';
import { SessionService } from '../session/session.service.js';
import type { NewUser } from '../user/user-register.js';
import type { KnownUser } from '../user/user.service.js';
import { CredentialService, type CredentialTerms } from './credential.service.js';
import { refuseStale } from './fresh-login.js';
import { RegistrationService } from './registration.service.js';

/** Which sessions a logout ends: the caller's, the user's others, or all of them. */
export const LOGOUT_SCOPES = ['this', 'others', 'all'] as const;
export type LogoutScope = (typeof LOGOUT_SCOPES)[number];

/** How a contract starts sessions: of which application, for which client, under which policy, and which token came along. */
export interface LoginTerms extends CredentialTerms {
  client: SessionClient;
  policy: SessionPolicy;
  presented?: string | undefined;
}

/** Whoever was just let in, and the session that was started for them. */
export interface Entered {
  user: KnownUser;
  session: StartedSession;
}

/** Log in, log out, change of password: for every contract, and each refusal in one place. */
@Injectable()
export class AuthService {
  constructor(
    private readonly applications: ApplicationService,
    private readonly sessions: SessionService,
    private readonly credentials: CredentialService,
    private readonly registrations: RegistrationService,
    private readonly store: Store,
  ) {}

  async login(login: string, password: string, terms: LoginTerms): Promise<Entered> {
    const user = await this.credentials.verify(login, password, terms);
    return { user, session: await this.start(user, terms) };
  }

  /** The same for a user for whom a server vouches. Refuses NOT_FOUND and USER_DISABLED. */
  async enterAs(userId: string, terms: LoginTerms): Promise<Entered> {
    const user = await this.credentials.vouched(terms.applicationId, userId);
    return { user, session: await this.start(user, terms) };
  }

  /** Starts a session for a user just verified, under the contract's policy as far as the application has none of its own. */
  async start(
    user: KnownUser,
    { client, policy, presented }: Omit<LoginTerms, 'applicationId'>,
  ): Promise<StartedSession> {
    const rules = await this.applications.getLoginRules(user.applicationId);
    const owner = { userId: user.id, passwordVersion: user.passwordVersion };
    const session = await this.sessions.start(owner, client, policyOf(policy, rules), presented);
    METRICS.logins.inc({ contract: client.contract, outcome: 'accepted' });
    return session;
  }

  /** Registers a user and logs them in. Refuses as registration does. */
  async signUp(newUser: Omit<NewUser, 'roles' | 'id'>, terms: LoginTerms): Promise<Entered> {
    const user = await this.registrations.register(terms.applicationId, newUser, terms.client);
    return { user, session: await this.start(user, terms) };
  }

  /** A session for a guest, who is made for it. Refuses REGISTRATION_CLOSED where the application has no guests. */
  async enterAsGuest(terms: LoginTerms): Promise<Entered> {
    const user = await this.registrations.registerGuest(terms.applicationId, terms.client);
    return { user, session: await this.start(user, terms) };
  }

  /** Success for live, dead and malformed tokens alike; answers whose sessions they were. Ending others needs a fresh login. */
  logout(tokens: string[], scope: LogoutScope = 'this'): Promise<EndedSession[]> {
    return allEnded(tokens, (token) =>
      scope === 'this' ? this.sessions.logOut(token) : this.logOutWidely(token, scope),
    );
  }

  /** The same for one application's sessions alone: those of another live on. */
  logoutFrom(applicationId: string, tokens: string[]): Promise<EndedSession[]> {
    return allEnded(tokens, (token) => this.sessions.logOut(token, applicationId));
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
    if (!principal) {
      await this.sessions.confirmEnded(token);
      return undefined;
    }
    if (scope === 'others') refuseStale(principal);
    await this.sessions.endAll(
      principal.userId,
      `logout_${scope}`,
      scope === 'others' ? principal.sessionId : undefined,
    );
    return { userId: principal.userId, sessionId: principal.sessionId };
  }
}

async function allEnded(
  tokens: string[],
  end: (token: string) => Promise<EndedSession | undefined>,
): Promise<EndedSession[]> {
  return (await Promise.all(tokens.map(end))).filter((ended) => ended !== undefined);
}

function unlessUnknown(refusal: unknown): undefined {
  if (refusal instanceof DomainError && refusal.code === 'SESSION_UNKNOWN') return undefined;
  throw refusal;
}
