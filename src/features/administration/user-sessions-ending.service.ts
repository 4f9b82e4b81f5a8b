import { Injectable } from '@nestjs/common';
import { actorOf, type Administrator } from '../../auth/administrator.js';
import { Store } from '../../database/store.js';
import { DomainError } from '../../errors/domain.error.js';
import { SessionService } from '../../session/session.service.js';
import { UserService, type KnownUser } from '../../user/user.service.js';

/** Ends the sessions of one user. */
@Injectable()
export class UserSessionsEnding {
  constructor(
    private readonly store: Store,
    private readonly users: UserService,
    private readonly sessions: SessionService,
  ) {}

  /** All of them, atomically against logins and rotations; answers how many. Refuses NOT_FOUND, and FORBIDDEN to support where the user is an administrator. */
  endAll(administrator: Administrator, applicationId: string, userId: string, reason?: string): Promise<number> {
    return this.store.transaction(async ({ run, manager }) => {
      refuseSupport(administrator, await this.users.getLocked(applicationId, userId, manager));
      const deed = { by: actorOf(administrator), reason: reason ?? null };
      return this.sessions.endAllWithin(run, userId, 'admin', undefined, deed);
    });
  }

  /** One of them. Refuses as `endAll` does, and NOT_FOUND for what is not there, or another user's. */
  async end(
    administrator: Administrator,
    applicationId: string,
    { id, sessionId }: { id: string; sessionId: string },
    reason?: string,
  ): Promise<void> {
    refuseSupport(administrator, await this.users.get(applicationId, id));
    await this.sessions.end(id, sessionId, 'admin', { by: actorOf(administrator), reason: reason ?? null });
  }
}

/** Whoever could log administrators out could keep them out. */
function refuseSupport(administrator: Administrator, { roles }: KnownUser): void {
  if ('service' in administrator || administrator.person.roles.includes('admin') || !roles.includes('admin')) return;
  throw new DomainError('FORBIDDEN', 'Sessions of administrators are ended by administrators.');
}
