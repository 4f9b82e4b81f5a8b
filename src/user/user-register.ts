import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import { v7 as freshId } from 'uuid';
import { DomainError } from '../errors/domain.error.js';
import { identityNames, insertIdentities, refuseTakenIdentity } from './identities.js';
import { PasswordHasher } from './password-hasher.js';
import { refuseWeakPassword } from './password-rules.js';
import { User } from './user.entity.js';

/** What a new user is made of: a user name, an e-mail or both. Each is an identity, and they share one namespace. */
export interface NewUser {
  /** The server's unless an operator brings one along. */
  id?: string;
  username?: string;
  email?: string;
  password: string;
  displayName?: string | null;
  roles?: string[];
  properties?: Record<string, unknown>;
}

/** The same where a password may come later, by a link. */
export type InvitedUser = Omit<NewUser, 'password'> & Partial<Pick<NewUser, 'password'>>;

/** Makes users: with credentials, as guests, and full users of guests. */
@Injectable()
export class UserRegister {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly passwords: PasswordHasher,
  ) {}

  /** Refuses VALIDATION_FAILED for a weak password or an impossible name, IDENTITY_TAKEN where a name belongs to someone. */
  async register(applicationId: string, newUser: InvitedUser): Promise<User> {
    const { id = freshId(), displayName = null, roles = [], properties = {} } = newUser;
    const { username, email, names, passwordHash } = await this.identify(newUser);
    const user = { id, applicationId, username, email, displayName, roles, properties, passwordHash };
    await this.users.manager
      .transaction(async (manager) => {
        await manager.insert(User, user as QueryDeepPartialEntity<User>);
        await insertIdentities(manager, applicationId, id, names);
      })
      .catch(refuseTakenIdentity);
    return this.users.findOneByOrFail({ applicationId, id });
  }

  /** Someone without credentials, who can register later and stay the same user. */
  async registerGuest(applicationId: string): Promise<User> {
    const id = freshId();
    await this.users.insert({ id, applicationId, username: `guest-${id}`, isGuest: true });
    return this.users.findOneByOrFail({ applicationId, id });
  }

  /** Makes a full user of a guest. Refuses as `register` does, and NOT_FOUND where there is no such guest. */
  async registerAsGuest(applicationId: string, id: string, newUser: NewUser): Promise<User> {
    const { displayName = null, properties = {} } = newUser;
    const { username, email, names, passwordHash } = await this.identify(newUser);
    const changes = { username, email, displayName, properties, passwordHash, isGuest: false };
    await this.users.manager
      .transaction(async (manager) => {
        const guest = { applicationId, id, isGuest: true };
        const { affected } = await manager.update(User, guest, {
          ...(changes as QueryDeepPartialEntity<User>),
          updatedAt: () => 'now()',
        });
        if (!affected) throw new DomainError('NOT_FOUND', 'No such guest.');
        await insertIdentities(manager, applicationId, id, names);
      })
      .catch(refuseTakenIdentity);
    return this.users.findOneByOrFail({ applicationId, id });
  }

  /** What names a new user, and the hash of a password that is strong enough, where there is one. */
  private async identify({ username, email, password }: InvitedUser) {
    const shown = username ?? email ?? '';
    const kept = email ?? (shown.includes('@') ? shown : null);
    const names = identityNames(shown, kept);
    if (password !== undefined) await refuseWeakPassword(password, names);
    const passwordHash = password === undefined ? null : await this.passwords.hash(password);
    return { username: shown, email: kept, names, passwordHash };
  }
}
