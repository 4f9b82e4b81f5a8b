import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { ArrayContains, LessThan, Repository, type EntityManager } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import { Store } from '../database/store.js';
import { DomainError } from '../errors/domain.error.js';
import { identityName } from './identity-name.js';
import { refuseTakenIdentity, renameIdentities } from './identities.js';
import { PasswordHasher } from './password-hasher.js';
import { USER_BY_IDENTITY, userOf } from './user-by-identity.js';
import { User } from './user.entity.js';

/** A user as other modules know them: never the hash. */
export type KnownUser = Readonly<Omit<User, 'passwordHash' | 'application'>>;

export type UserChanges = Partial<Pick<User, 'username' | 'email' | 'displayName' | 'roles' | 'status' | 'properties'>>;

/** Finds users, by credentials too, and changes them. Knows no session. */
@Injectable()
export class UserService {
  private readonly logger = new Logger(UserService.name);

  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly passwords: PasswordHasher,
    private readonly store: Store,
  ) {}

  /**
   * The user with this name and password, disabled or not. A wrong name costs as much time as a wrong password.
   * `admit` runs just before the password is compared, is told whose it would be, and may refuse the attempt.
   */
  async findByCredentials(
    applicationId: string,
    login: string,
    password: string,
    admit: (user: User | undefined) => Promise<void>,
  ): Promise<User | undefined> {
    const user = await this.findByIdentity(applicationId, login);
    const matches = await this.passwords.matches(password, user?.passwordHash, () => admit(user));
    if (user && matches) await this.renewHash(user, password);
    return matches ? user : undefined;
  }

  /**
   * A hash of another algorithm or cost gives way to ours, now that the password is known: sessions and the password's
   * version stay. Where somebody changed the password meanwhile, theirs stands. The login goes on in any case.
   */
  private async renewHash({ id, passwordHash, passwordVersion }: User, password: string): Promise<void> {
    if (passwordHash === null || this.passwords.isOwn(passwordHash)) return;
    try {
      const fresh = await this.passwords.hash(password);
      await this.users.update({ id, passwordHash, passwordVersion }, { passwordHash: fresh });
    } catch (error) {
      this.logger.warn(`a hash was not renewed: ${error instanceof DomainError ? error.code : (error as Error).name}`);
    }
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

  /** Newest first; `before` is the id of the last one already seen. */
  list(applicationId: string, limit: number, before?: string): Promise<User[]> {
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
    const [row] = await this.store.run(USER_BY_IDENTITY, [applicationId, name]);
    return row && userOf(row);
  }
}
