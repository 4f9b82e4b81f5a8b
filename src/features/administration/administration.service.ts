import { Injectable } from '@nestjs/common';
import { refuseStale } from '../../auth/fresh-login.js';
import { DomainError } from '../../errors/domain.error.js';
import { instantOf } from '../../session/instant.js';
import { actorOf, type Administrator } from '../../auth/administrator.js';
import { Store } from '../../database/store.js';
import { SessionDeeds } from '../../session/session-deeds.js';
import { SessionService } from '../../session/session.service.js';
import { UserService, type KnownUser, type UserChanges } from '../../user/user.service.js';

/** What administrators do to users and sessions; where a user changes, sessions go in the same transaction. */
@Injectable()
export class AdministrationService {
  constructor(
    private readonly store: Store,
    private readonly users: UserService,
    private readonly sessions: SessionService,
    private readonly deeds: SessionDeeds,
  ) {}

  /** Disabling ends all of the user's sessions: both or none. Refuses FORBIDDEN where administrators would shut themselves out. */
  async change(
    administrator: Administrator,
    applicationId: string,
    userId: string,
    changes: UserChanges,
  ): Promise<KnownUser> {
    const isShutOut = changes.status === 'disabled' || (changes.roles && !changes.roles.includes('admin'));
    if (isShutOut && isSelf(administrator, userId)) throw shutOut();
    return this.store.transaction(async ({ run, manager }) => {
      await this.users.get(applicationId, userId, manager);
      if (changes.status === 'disabled') await this.sessions.endAllWithin(run, userId, 'user_disabled');
      return this.users.change(applicationId, userId, changes, manager);
    });
  }

  /** The user, their identities and their sessions go together; the events stay. Refuses FORBIDDEN for the caller's own user. */
  async remove(administrator: Administrator, applicationId: string, userId: string): Promise<void> {
    if (isSelf(administrator, userId)) throw shutOut();
    await this.store.transaction(async ({ run, manager }) => {
      await this.users.get(applicationId, userId, manager);
      await this.sessions.endAllWithin(run, userId, 'user_deleted');
      await this.users.remove(applicationId, userId, manager);
    });
  }

  /** Logs everyone of an application out; answers up to which instant. Refuses LOGIN_STALE to people, and NOT_FOUND for no application. */
  async endSessions(administrator: Administrator, applicationId: string, reason: string): Promise<string> {
    if ('person' in administrator) refuseStale(administrator.person);
    return instantOf(await this.deeds.endApplication(applicationId, { reason, by: actorOf(administrator) }));
  }
}

function isSelf(administrator: Administrator, userId: string): boolean {
  return 'person' in administrator && administrator.person.userId === userId;
}

function shutOut(): DomainError {
  return new DomainError('FORBIDDEN', 'You would shut yourself out. Let another administrator do it.');
}
