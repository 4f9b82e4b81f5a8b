import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ApplicationService } from '../application/application.service.js';
import { DomainError, type RefusalDetails } from '../errors/domain.error.js';
import { METRICS } from '../metrics/metrics.js';
import type { Principal } from '../session/principal.js';
import type { SessionClient } from '../session/session-facts.js';
import { PasswordChange } from '../user/password-change.js';
import { UserService, type KnownUser } from '../user/user.service.js';
import { LoginLimits, type FailureLock, type LoginAttempt } from './login-limits.js';

/** Whose credentials, from where, and what may be said about a user who is disabled. */
export interface CredentialTerms {
  applicationId: string;
  client: Pick<SessionClient, 'contract' | 'ip'>;
  /** A disabled user with the right password is told so; otherwise they get the one answer for every failure. */
  tellsDisabled?: boolean;
}

/** Where every credential is judged, whatever contract it came by: one door, one budget. */
@Injectable()
export class CredentialService {
  constructor(
    private readonly applications: ApplicationService,
    private readonly users: UserService,
    private readonly passwords: PasswordChange,
    private readonly limits: LoginLimits,
  ) {}

  /** The user with these credentials. Refuses CREDENTIALS_REJECTED, USER_DISABLED where it may be told, LOGIN_LIMITED and LOGIN_LOCKED. */
  async verify(login: string, password: string, terms: CredentialTerms): Promise<KnownUser> {
    const { applicationId, tellsDisabled = false } = terms;
    const { contract, ip } = terms.client;
    const attempt = { applicationId, login, address: ip ?? '' };
    const lock = await this.lockOf(applicationId);
    let isDisabled = false;
    const compare = async (): Promise<KnownUser | undefined> => {
      const found = await this.users.findByCredentials(applicationId, login, password, (user) => {
        // All of a user's names share one budget.
        if (user) attempt.login = user.id;
        return this.limits.take(attempt, lock);
      });
      isDisabled = found?.status === 'disabled';
      return isDisabled ? undefined : found;
    };
    const user = await this.limits
      .inTurn(attempt, () => this.givingBack(attempt, compare, lock))
      .catch((refusal: unknown) => {
        if (refusal instanceof DomainError && (refusal.code === 'LOGIN_LIMITED' || refusal.code === 'LOGIN_LOCKED')) {
          METRICS.logins.inc({ contract, outcome: 'limited' });
        }
        throw namingWho(refusal, { login, applicationId });
      });
    if (!user) {
      METRICS.logins.inc({ contract, outcome: 'rejected' });
      if (isDisabled && tellsDisabled)
        throw new DomainError('USER_DISABLED', 'This user is disabled.', { attempt: { login, applicationId } });
      throw new DomainError('CREDENTIALS_REJECTED', 'The credentials were not accepted.', {
        attempt: { login, applicationId },
      });
    }
    return user;
  }

  /** The user for whom a server vouches with its own key, without a password. Refuses NOT_FOUND and USER_DISABLED. */
  async vouched(applicationId: string, userId: string): Promise<KnownUser> {
    const user = await this.users.get(applicationId, userId);
    if (user.status === 'disabled') throw new DomainError('USER_DISABLED', 'This user is disabled.');
    return user;
  }

  /** Verifies the current password and answers how to write the new one. Guesses here spend the budget of logins. */
  async prepareChange(
    principal: Principal,
    current: string,
    next: string,
    address: string,
  ): Promise<(manager: EntityManager) => Promise<void>> {
    const user = await this.users.get(principal.applicationId, principal.userId);
    const attempt = { applicationId: user.applicationId, login: user.id, address };
    const lock = await this.lockOf(user.applicationId);
    const prepare = () => this.passwords.prepare(user, current, next, () => this.limits.take(attempt, lock));
    return this.limits.inTurn(attempt, async () => this.givingBack(attempt, prepare, lock));
  }

  /** How to write a new password where the contract asks for no current one. Refuses VALIDATION_FAILED for a weak one. */
  async prepareReset({ applicationId, userId }: Pick<Principal, 'applicationId' | 'userId'>, next: string) {
    return this.passwords.prepareReset(await this.users.get(applicationId, userId), next);
  }

  /** Whether this is the caller's password. Guesses here spend the budget of logins. */
  async isOwnPassword({ applicationId, userId }: Principal, password: string, address: string): Promise<boolean> {
    const user = await this.users.get(applicationId, userId);
    const attempt = { applicationId, login: user.id, address };
    const lock = await this.lockOf(applicationId);
    const compare = async (): Promise<true | undefined> =>
      (await this.passwords.matches(user, password, () => this.limits.take(attempt, lock))) || undefined;
    return (await this.limits.inTurn(attempt, () => this.givingBack(attempt, compare, lock))) ?? false;
  }

  /** A registration spends an attempt, and gets none back: each costs a hash and tells whether a name is taken. */
  admitRegistration(applicationId: string, login: string, { ip }: Pick<SessionClient, 'ip'>): Promise<void> {
    return this.limits.take({ applicationId, login, address: ip ?? '' });
  }

  private async lockOf(applicationId: string): Promise<FailureLock | undefined> {
    const { lockAfter, lockSeconds } = await this.applications.getLoginRules(applicationId);
    return lockAfter === null ? undefined : { after: lockAfter, seconds: lockSeconds };
  }

  // What was right costs nothing; what is refused has cost its attempt.
  private async givingBack<T>(attempt: LoginAttempt, compare: () => Promise<T>, lock?: FailureLock): Promise<T> {
    const found = await compare();
    if (found !== undefined) await this.limits.giveBack(attempt, lock);
    return found;
  }
}

function namingWho(refusal: unknown, attempt: Required<RefusalDetails>['attempt']): unknown {
  if (!(refusal instanceof DomainError)) return refusal;
  return new DomainError(refusal.code, refusal.message, { ...refusal.details, attempt });
}
