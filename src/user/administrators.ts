import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { sqlOf } from '../database/background-store.js';
import { DomainError } from '../errors/domain.error.js';
import type { User } from './user.entity.js';
import { UserService } from './user.service.js';

// The conditions stand on the rows that are locked: whoever waited for another's change sees a row as it is then, or not at all.
const LOCK_ALL = `
  select id from users
  where application_id = $1 and (id = $2 or (roles @> '{admin}' and status = 'active'))
  order by id for update`;

/** Those who administer an application: one of them is always left. */
@Injectable()
export class Administrators {
  constructor(private readonly users: UserService) {}

  /**
   * A user, held until the transaction ends. Where `isLeaving`, an active administrator is about to be none any more: refuses
   * FORBIDDEN to the last one of the application. Two who turn each other out at once wait for one another: one of them stays.
   */
  async hold(applicationId: string, id: string, isLeaving: boolean, manager: EntityManager): Promise<User> {
    const isCounted = isLeaving && administers(await this.users.get(applicationId, id, manager));
    if (!isCounted) return this.holdOther(applicationId, id, isLeaving, manager);
    const rows = await sqlOf(manager)<{ id: string }>(LOCK_ALL, [applicationId, id]);
    const user = await this.users.get(applicationId, id, manager);
    if (administers(user) && rows.every((row) => row.id === id)) throw lastAdministrator();
    return user;
  }

  private async holdOther(
    applicationId: string,
    id: string,
    isLeaving: boolean,
    manager: EntityManager,
  ): Promise<User> {
    const user = await this.users.getLocked(applicationId, id, manager);
    // The others would have to be locked before: in another order, two of these would wait for each other for ever.
    if (isLeaving && administers(user))
      throw new DomainError('OVERLOADED', 'This user was changed meanwhile. Try again.', { retryAfterSeconds: 1 });
    return user;
  }
}

function administers({ status, roles }: User): boolean {
  return status === 'active' && roles.includes('admin');
}

/** What is said where nobody would administer an application any more. */
export function lastAdministrator(): DomainError {
  return new DomainError(
    'FORBIDDEN',
    'This is the last active administrator of the application. Make another user administrator first.',
  );
}
