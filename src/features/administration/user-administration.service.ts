import { Injectable } from '@nestjs/common';
import { Administered } from '../../auth/administered.js';
import { actorOf, type Administrator } from '../../auth/administrator.js';
import { UserRemovalService } from '../../auth/user-removal.service.js';
import { Store } from '../../database/store.js';
import { DomainError } from '../../errors/domain.error.js';
import type { Deed } from '../../session/deed.js';
import { SessionService } from '../../session/session.service.js';
import { Administrators } from '../../user/administrators.js';
import { UserService, type KnownUser, type UserChanges } from '../../user/user.service.js';

/** What administrators do to users; where a user changes, sessions go in the same transaction. */
@Injectable()
export class UserAdministrationService {
  constructor(
    private readonly store: Store,
    private readonly users: UserService,
    private readonly administrators: Administrators,
    private readonly administered: Administered,
    private readonly removals: UserRemovalService,
    private readonly sessions: SessionService,
  ) {}

  /**
   * Disabling ends all of the user's sessions: both or none. Refuses FORBIDDEN where administrators would shut themselves or
   * the last one of an application out, SCOPE_MISSING to a service that may not touch administrators, and as
   * `Administered.grant` does where an administrator would be one again.
   */
  async change(
    administrator: Administrator,
    applicationId: string,
    userId: string,
    changes: UserChanges,
  ): Promise<KnownUser> {
    const isLeaving =
      changes.status === 'disabled' || (changes.roles !== undefined && !changes.roles.includes('admin'));
    if (isLeaving && isSelf(administrator, userId)) throw shutOut();
    return this.store.transaction(async ({ run, manager }) => {
      const user = await this.administrators.hold(applicationId, userId, isLeaving, manager);
      this.administered.over(administrator, user);
      if (changes.status === 'active' && user.status === 'disabled')
        await this.administered.grant(administrator, applicationId, user.roles);
      if (changes.status === 'disabled')
        await this.sessions.endAllWithin(run, userId, 'user_disabled', undefined, deedOf(administrator));
      return this.users.change(applicationId, userId, changes, manager);
    });
  }

  /** The user, their identities and their sessions go together; the events stay. Refuses as `change` does. */
  async remove(administrator: Administrator, applicationId: string, userId: string): Promise<void> {
    if (isSelf(administrator, userId)) throw shutOut();
    const admit = (user: KnownUser): void => this.administered.over(administrator, user);
    await this.removals.remove(applicationId, userId, { admit, deed: deedOf(administrator) });
  }
}

function deedOf(administrator: Administrator): Deed {
  return { by: actorOf(administrator), reason: null };
}

function isSelf(administrator: Administrator, userId: string): boolean {
  return 'person' in administrator && administrator.person.userId === userId;
}

/** What administrators who would disable or delete themselves are told. */
export function shutOut(): DomainError {
  return new DomainError('FORBIDDEN', 'You would shut yourself out. Let another administrator do it.');
}
