import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ApplicationService } from '../application/application.service.js';
import { DomainError } from '../errors/domain.error.js';
import { METRICS } from '../metrics/metrics.js';
import type { Principal } from '../session/principal.js';
import type { SessionClient } from '../session/session-facts.js';
import { PasswordChange } from '../user/password-change.js';
import { UserService, type KnownUser } from '../user/user.service.js';
import { LoginLimits, type LoginAttempt } from './login-limits.js';

/** Where every credential is judged, whatever contract it came by: one door, one budget. */
@Injectable()
export class CredentialService {
  constructor(
    private readonly applications: ApplicationService,
    private readonly users: UserService,
    private readonly passwords: PasswordChange,
    private readonly limits: LoginLimits,
  ) {}

  /** The user with these credentials. Refuses CREDENTIALS_REJECTED, one answer for every reason, and LOGIN_LIMITED. */
  async verify(login: string, password: string, client: Pick<SessionClient, 'contract' | 'ip'>): Promise<KnownUser> {
    const { contract, ip } = client;
    const { id: applicationId } = await this.applications.home();
    const attempt = { applicationId, login, address: ip ?? '' };
    const compare = (): Promise<KnownUser | undefined> =>
      this.users.findByCredentials(applicationId, login, password, () => this.limits.take(attempt));
    const user = await this.limits
      .inTurn(attempt, () => this.givingBack(attempt, compare))
      .catch((refusal: unknown) => {
        if (refusal instanceof DomainError && refusal.code === 'LOGIN_LIMITED') {
          METRICS.logins.inc({ contract, outcome: 'limited' });
        }
        throw refusal;
      });
    if (!user) {
      METRICS.logins.inc({ contract, outcome: 'rejected' });
      throw new DomainError('CREDENTIALS_REJECTED', 'The credentials were not accepted.');
    }
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
    const attempt = { applicationId: user.applicationId, login: user.username, address };
    const prepare = () => this.passwords.prepare(user, current, next, () => this.limits.take(attempt));
    return this.limits.inTurn(attempt, async () => this.givingBack(attempt, prepare));
  }

  /** A registration spends an attempt, and gets none back: each costs a hash and tells whether a name is taken. */
  admitRegistration(applicationId: string, login: string, { ip }: Pick<SessionClient, 'ip'>): Promise<void> {
    return this.limits.take({ applicationId, login, address: ip ?? '' });
  }

  // What was right costs nothing; what is refused has cost its attempt.
  private async givingBack<T>(attempt: LoginAttempt, compare: () => Promise<T>): Promise<T> {
    const found = await compare();
    if (found !== undefined) await this.limits.giveBack(attempt);
    return found;
  }
}
