import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Store } from '../database/store.js';
import { DomainError } from '../errors/domain.error.js';
import { SessionService } from '../session/session.service.js';
import { LinkCode } from '../user/link-code.js';
import { PasswordChange } from '../user/password-change.js';
import { UserLinks, type LinkKind } from '../user/user-links.js';
import { UserService, type KnownUser } from '../user/user.service.js';
import { Administered } from './administered.js';
import type { Administrator } from './administrator.js';
import { LoginLimits } from './login-limits.js';

/** Links by which users choose their password themselves: an administrator hands one on and learns no password. */
@Injectable()
export class PasswordLinkService {
  constructor(
    private readonly store: Store,
    private readonly administered: Administered,
    private readonly users: UserService,
    private readonly links: UserLinks,
    private readonly passwords: PasswordChange,
    private readonly sessions: SessionService,
    private readonly limits: LoginLimits,
  ) {}

  /**
   * A new link; the older one of the same user is dead. Refuses NOT_FOUND, USER_DISABLED, FORBIDDEN for a guest, who has no
   * name to log in with, and as `Administered.grant` does: whoever hands on the link of an administrator could use it.
   */
  make(
    administrator: Administrator,
    applicationId: string,
    userId: string,
    kind: LinkKind,
  ): Promise<{ code: string; expiresAt: Date }> {
    return this.store.transaction(async ({ manager }) => {
      const user = await this.users.getLocked(applicationId, userId, manager);
      await this.administered.grant(administrator, applicationId, user.roles);
      if (user.isGuest) throw new DomainError('FORBIDDEN', 'A guest has no name to log in with.');
      if (user.status === 'disabled') throw disabled();
      return this.links.make(user, kind, makerOf(administrator), manager);
    });
  }

  /**
   * Sets the password of whoever holds the code, and ends all of their sessions: both or none. Answers who it is. Refuses CREDENTIALS_REJECTED
   * for a code that is good no longer, USER_DISABLED, VALIDATION_FAILED for a weak password, LOGIN_LIMITED by address.
   */
  async redeem(text: string, newPassword: string, address: string): Promise<KnownUser> {
    // A name of its own for each attempt: nobody's guesses close the link of another.
    await this.limits.take({ applicationId: 'link', login: randomUUID(), address });
    const code = LinkCode.parse(text);
    const user = code && (await this.links.find(code));
    if (!user) throw spent();
    if (user.status === 'disabled') throw disabled();
    const writeTo = await this.passwords.prepareReset(user, newPassword, 'newPassword');
    await this.store.transaction(async ({ run, manager }) => {
      await this.sessions.endAllWithin(run, user.id, 'password_changed');
      if (!(await this.links.burn(code, manager))) throw spent();
      await writeTo(manager);
    });
    return user;
  }
}

function makerOf(administrator: Administrator): { userId: string | null; keyId: string | null } {
  return 'person' in administrator
    ? { userId: administrator.person.userId, keyId: null }
    : { userId: null, keyId: administrator.service.keyId };
}

/** What whoever comes with a code that opens nothing is told. */
export function spent(): DomainError {
  return new DomainError(
    'CREDENTIALS_REJECTED',
    'This link is not good any more: it was used, a newer one was made, or it is older than a day. Ask for a new one.',
  );
}

/** What is said of a user who is disabled, to those who may know it. */
export function disabled(): DomainError {
  return new DomainError('USER_DISABLED', 'This user is disabled.');
}
