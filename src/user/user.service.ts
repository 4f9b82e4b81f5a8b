import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { ArrayContains, LessThan, QueryFailedError, Repository, type EntityManager } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import { v7 as freshId } from 'uuid';
import { DomainError } from '../errors/domain.error.js';
import { identityName } from './identity-name.js';
import { Identity } from './identity.entity.js';
import { PasswordHasher } from './password-hasher.js';
import { refuseWeakPassword } from './password-rules.js';
import { User } from './user.entity.js';

/** What a new user is made of. Identities beside the username share its namespace. */
export interface NewUser {
  username: string;
  password: string;
  displayName?: string | null;
  roles?: string[];
}

/** A user as other modules know them: never the hash. */
export type KnownUser = Readonly<Omit<User, 'passwordHash' | 'application'>>;

export type UserChanges = Partial<Pick<User, 'displayName' | 'roles' | 'status'>>;

/** Registers users, finds them by credentials, changes them. Knows no session. */
@Injectable()
export class UserService {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly passwords: PasswordHasher,
  ) {}

  /** Refuses VALIDATION_FAILED for a weak password or an impossible name, IDENTITY_TAKEN where the name belongs to someone. */
  async register(
    applicationId: string,
    { username, password, displayName = null, roles = [] }: NewUser,
  ): Promise<User> {
    const name = identityName(username);
    if (!name)
      throw new DomainError('VALIDATION_FAILED', 'This user name cannot be used.', {
        faults: [{ field: 'username', message: 'must be printable text' }],
      });
    await refuseWeakPassword(password, [name]);
    const user = this.users.create({
      id: freshId(),
      applicationId,
      username,
      displayName,
      roles,
      passwordHash: await this.passwords.hash(password),
    });
    await this.users.manager
      .transaction(async (manager) => {
        await manager.insert(User, user as QueryDeepPartialEntity<User>);
        await manager.insert(Identity, { applicationId, name, userId: user.id });
      })
      .catch(refuseTakenIdentity);
    return this.get(applicationId, user.id);
  }

  /**
   * The active user with this name and password. A wrong name costs as much time as a wrong password.
   * `admit` runs just before the password is compared, and may refuse the attempt.
   */
  async findByCredentials(
    applicationId: string,
    login: string,
    password: string,
    admit: () => Promise<void>,
  ): Promise<User | undefined> {
    const name = identityName(login);
    const user = name === undefined ? null : await this.findByIdentity(applicationId, name);
    const matches = await this.passwords.matches(password, user?.passwordHash, admit);
    return user && matches && user.status === 'active' ? user : undefined;
  }

  /** Refuses NOT_FOUND for a user of another application as for one that never was. */
  async get(applicationId: string, id: string, manager: EntityManager = this.users.manager): Promise<User> {
    const user = await manager.getRepository(User).findOneBy({ applicationId, id });
    if (!user) throw new DomainError('NOT_FOUND', 'No such user.');
    return user;
  }

  /** Newest first; `before` is the id of the last one already seen, `login` an exact identity. */
  async list(applicationId: string, limit: number, before?: string, login?: string): Promise<User[]> {
    if (login !== undefined) {
      const user = await this.findByIdentity(applicationId, identityName(login) ?? '');
      return user ? [user] : [];
    }
    return this.users.find({
      where: { applicationId, ...(before && { id: LessThan(before) }) },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  hasRole(applicationId: string, role: string): Promise<boolean> {
    return this.users.existsBy({ applicationId, roles: ArrayContains([role]) });
  }

  async change(
    applicationId: string,
    id: string,
    changes: UserChanges,
    manager: EntityManager = this.users.manager,
  ): Promise<User> {
    const users = manager.getRepository(User);
    const { affected } = await users.update({ applicationId, id }, { ...changes, updatedAt: () => 'now()' });
    if (!affected) throw new DomainError('NOT_FOUND', 'No such user.');
    return users.findOneByOrFail({ applicationId, id });
  }

  /** The rows of identities and sessions go with the user's. */
  async remove(applicationId: string, id: string, manager: EntityManager): Promise<void> {
    const { affected } = await manager.getRepository(User).delete({ applicationId, id });
    if (!affected) throw new DomainError('NOT_FOUND', 'No such user.');
  }

  private findByIdentity(applicationId: string, name: string): Promise<User | null> {
    return this.users
      .createQueryBuilder('user')
      .innerJoin(Identity, 'identity', 'identity.user_id = user.id')
      .where('identity.application_id = :applicationId and identity.name = :name', { applicationId, name })
      .getOne();
  }
}

const UNIQUE_VIOLATION = '23505';

function refuseTakenIdentity(error: unknown): never {
  if (error instanceof QueryFailedError && (error.driverError as { code?: string }).code === UNIQUE_VIOLATION) {
    throw new DomainError('IDENTITY_TAKEN', 'This user name is taken.');
  }
  throw error;
}
