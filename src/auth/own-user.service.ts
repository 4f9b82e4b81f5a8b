import { Injectable } from '@nestjs/common';
import { ApplicationService } from '../application/application.service.js';
import { Store } from '../database/store.js';
import type { Principal } from '../session/principal.js';
import { SessionService } from '../session/session.service.js';
import { UserService, type KnownUser, type UserChanges } from '../user/user.service.js';
import { CredentialService } from './credential.service.js';
import { UserRemovalService } from './user-removal.service.js';
import { keptProperties, refuseEmptied } from './registration.service.js';

/** What a wire may change of a user; what is left out stays. */
export type OwnChanges = Pick<UserChanges, 'username' | 'email' | 'displayName' | 'properties'>;

/** Whose user it is, and with which of their sessions they come; an operator comes with none. */
export type UserOwner = Pick<Principal, 'applicationId' | 'userId'> & { readonly sessionId?: string };

/** What people do to their own user over a wire. Whatever touches sessions happens in the same transaction. */
@Injectable()
export class OwnUserService {
  constructor(
    private readonly applications: ApplicationService,
    private readonly users: UserService,
    private readonly sessions: SessionService,
    private readonly credentials: CredentialService,
    private readonly removals: UserRemovalService,
    private readonly store: Store,
  ) {}

  get({ applicationId, userId }: UserOwner): Promise<KnownUser> {
    return this.users.get(applicationId, userId);
  }

  /**
   * A new password ends the user's other sessions; the caller's own lives on. `wanted` may be made of the user as they are now.
   * Undeclared properties are dropped where the application wants that. Refuses PROPERTY_MISSING for what it requires and would lose.
   */
  async change(
    owner: UserOwner,
    wanted: OwnChanges | ((user: KnownUser) => OwnChanges),
    password?: string,
  ): Promise<KnownUser> {
    const { applicationId, userId, sessionId } = owner;
    const application = await this.applications.getActive(applicationId);
    const writeTo = password === undefined ? undefined : await this.credentials.prepareReset(owner, password);
    return this.store.transaction(async ({ run, manager }) => {
      if (writeTo) {
        await this.sessions.endAllWithin(run, userId, 'password_changed', sessionId);
        await writeTo(manager);
      }
      const changes =
        typeof wanted === 'function' ? wanted(await this.users.getLocked(applicationId, userId, manager)) : wanted;
      const { properties, ...columns } = changes;
      refuseEmptied(application, { ...columns, name: columns.displayName, ...properties });
      const kept = properties && { properties: keptProperties(application, properties) };
      return this.users.change(applicationId, userId, { ...columns, ...kept }, manager);
    });
  }

  /** The user and all of their sessions go together; the events stay. Refuses FORBIDDEN for the last administrator. */
  remove({ applicationId, userId }: UserOwner): Promise<void> {
    return this.removals.remove(applicationId, userId);
  }

  /** Whether this is the caller's password. Refuses LOGIN_LIMITED after too many guesses. */
  isPassword(principal: Principal, password: string, address: string): Promise<boolean> {
    return this.credentials.isOwnPassword(principal, password, address);
  }
}
