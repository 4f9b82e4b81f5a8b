import { Injectable } from '@nestjs/common';
import { Store } from '../database/store.js';
import type { Deed } from '../session/deed.js';
import { PersonalTraces } from '../session/personal-traces.js';
import { SessionService } from '../session/session.service.js';
import { Administrators } from '../user/administrators.js';
import { UserService, type KnownUser } from '../user/user.service.js';

/** Who may be removed, and who does it. */
export interface RemovalTerms {
  /** Told whom it is about, with the user's row held; may refuse. */
  admit?: (user: KnownUser) => void;
  deed?: Deed;
}

/** Where users are deleted, whoever wants it: an administrator, or they themselves over a wire. */
@Injectable()
export class UserRemovalService {
  constructor(
    private readonly store: Store,
    private readonly users: UserService,
    private readonly administrators: Administrators,
    private readonly sessions: SessionService,
    private readonly traces: PersonalTraces,
  ) {}

  /**
   * The user, their identities and their sessions go together; the events stay, by setting without what tells of the person.
   * Refuses NOT_FOUND, FORBIDDEN for the last administrator of an application, and as `admit` does, which is told whom it is about.
   */
  async remove(applicationId: string, userId: string, { admit = () => {}, deed }: RemovalTerms = {}): Promise<void> {
    await this.store.transaction(async ({ manager }) => {
      admit(await this.administrators.hold(applicationId, userId, true, manager));
    });
    // Before the deletion, so that what comes to an end half-way can be asked for again.
    await this.traces.eraseMost(userId);
    await this.store.transaction(async ({ run, manager }) => {
      admit(await this.administrators.hold(applicationId, userId, true, manager));
      await this.sessions.endAllWithin(run, userId, 'user_deleted', undefined, deed);
      await this.traces.eraseWithin(run, userId);
      await this.users.remove(applicationId, userId, manager);
    });
  }
}
