import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { ArrayContains, LessThan, Repository, type EntityManager } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import { v7 as freshId } from 'uuid';
import { DomainError } from '../errors/domain.error.js';
import { identityName } from './identity-name.js';
import { identityNames, insertIdentities, refuseTakenIdentity, renameIdentities } from './identities.js';
import { Identity } from './identity.entity.js';
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

/** A user as other modules know them: never the hash. */
export type KnownUser = Readonly<Omit<User, 'passwordHash' | 'application'>>;

export type UserChanges = Partial<Pick<User, 'username' | 'email' | 'displayName' | 'roles' | 'status' | 'properties'>>;

/** Registers users, finds them by credentials, changes them. Knows no session. */
@Injectable()
export class UserService {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly passwords: PasswordHasher,
  ) {}

  /** Refuses VALIDATION_FAILED for a weak password or an impossible name, IDENTITY_TAKEN where a name belongs to someone. */
  async register(applicationId: string, newUser: NewUser): Promise<User> {
    const { id = freshId(), displayName = null, roles = [], properties = {} } = newUser;
    const { username, email, names, passwordHash } = await this.identify(newUser);
    const user = { id, applicationId, username, email, displayName, roles, properties, passwordHash };
    await this.users.manager
      .transaction(async (manager) => {
        await manager.insert(User, user as QueryDeepPartialEntity<User>);
        await insertIdentities(manager, applicationId, id, names);
      })
      .catch(refuseTakenIdentity);
    return this.get(applicationId, id);
  }

  /** Someone without credentials, who can register later and stay the same user. */
  async registerGuest(applicationId: string): Promise<User> {
    const id = freshId();
    await this.users.insert({ id, applicationId, username: `guest-${id}`, isGuest: true });
    return this.get(applicationId, id);
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
    return this.get(applicationId, id);
  }

  /**
   * The user with this name and password, disabled or not. A wrong name costs as much time as a wrong password.
   * `admit` runs just before the password is compared, and may refuse the attempt.
   */
  async findByCredentials(
    applicationId: string,
    login: string,
    password: string,
    admit: () => Promise<void>,
  ): Promise<User | undefined> {
    const user = await this.findByIdentity(applicationId, login);
    const matches = await this.passwords.matches(password, user?.passwordHash, admit);
    return matches ? user : undefined;
  }

  /** Refuses NOT_FOUND for a user of another application as for one that never was. */
  async get(applicationId: string, id: string, manager: EntityManager = this.users.manager): Promise<User> {
    const user = await manager.getRepository(User).findOneBy({ applicationId, id });
    if (!user) throw new DomainError('NOT_FOUND', 'No such user.');
    return user;
  }

  /** The same, held until the transaction ends: whoever changes them waits. */
  async getLocked(applicationId: string, id: string, manager: EntityManager): Promise<User> {
    const lock = { mode: 'pessimistic_write' } as const;
    const user = await manager.getRepository(User).findOne({ where: { applicationId, id }, lock });
    if (!user) throw new DomainError('NOT_FOUND', 'No such user.');
    return user;
  }

  /** Newest first; `before` is the id of the last one already seen, `login` an exact identity. */
  async list(applicationId: string, limit: number, before?: string, login?: string): Promise<User[]> {
    if (login !== undefined) {
      const user = await this.findByIdentity(applicationId, login);
      return user ? [user] : [];
    }
    return this.users.find({
      where: { applicationId, ...(before && { id: LessThan(before) }) },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  isDisabled(applicationId: string, id: string): Promise<boolean> {
    return this.users.existsBy({ applicationId, id, status: 'disabled' });
  }

  hasRole(applicationId: string, role: string): Promise<boolean> {
    return this.users.existsBy({ applicationId, roles: ArrayContains([role]) });
  }

  /** What is left out stays. Refuses IDENTITY_TAKEN and VALIDATION_FAILED for a name, and changes nothing then. */
  async change(
    applicationId: string,
    id: string,
    changes: UserChanges,
    manager: EntityManager = this.users.manager,
  ): Promise<User> {
    const update = async (within: EntityManager): Promise<void> => {
      const set = { ...(changes as QueryDeepPartialEntity<User>), updatedAt: () => 'now()' };
      const { affected } = await within.getRepository(User).update({ applicationId, id }, set);
      if (!affected) throw new DomainError('NOT_FOUND', 'No such user.');
    };
    if (changes.username === undefined && changes.email === undefined) await update(manager);
    else {
      await manager
        .transaction(async (within) => {
          await update(within);
          await renameIdentities(within, await this.get(applicationId, id, within));
        })
        .catch(refuseTakenIdentity);
    }
    return this.get(applicationId, id, manager);
  }

  /** The rows of identities and sessions go with the user's. */
  async remove(applicationId: string, id: string, manager: EntityManager): Promise<void> {
    const { affected } = await manager.getRepository(User).delete({ applicationId, id });
    if (!affected) throw new DomainError('NOT_FOUND', 'No such user.');
  }

  async findByIdentity(applicationId: string, login: string): Promise<User | undefined> {
    const name = identityName(login);
    if (name === undefined) return undefined;
    const user = await this.users
      .createQueryBuilder('user')
      .innerJoin(Identity, 'identity', 'identity.user_id = user.id')
      .where('identity.application_id = :applicationId and identity.name = :name', { applicationId, name })
      .getOne();
    return user ?? undefined;
  }

  /** What names a new user, and the hash of a password that is strong enough. */
  private async identify({ username, email, password }: NewUser) {
    const shown = username ?? email ?? '';
    const kept = email ?? (shown.includes('@') ? shown : null);
    const names = identityNames(shown, kept);
    await refuseWeakPassword(password, names);
    return { username: shown, email: kept, names, passwordHash: await this.passwords.hash(password) };
  }
}
