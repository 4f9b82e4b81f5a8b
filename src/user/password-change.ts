import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainError } from '../errors/domain.error.js';
import { PasswordHasher } from './password-hasher.js';
import { refuseWeakPassword } from './password-rules.js';
import { User } from './user.entity.js';

/** Changes a user's password: compared and hashed outside any transaction, written inside the caller's. */
@Injectable()
export class PasswordChange {
  constructor(private readonly passwords: PasswordHasher) {}

  /**
   * Answers how to write it. Refuses PASSWORD_REJECTED for a wrong current password, and when it was changed meanwhile;
   * VALIDATION_FAILED for a weak new one. `admit` runs just before the comparison, and may refuse the attempt.
   */
  async prepare(
    user: User,
    current: string,
    next: string,
    admit: () => Promise<void>,
  ): Promise<(manager: EntityManager) => Promise<void>> {
    await refuseWeakPassword(next, [user.username], 'newPassword');
    if (!(await this.passwords.matches(current, user.passwordHash, admit)))
      throw new DomainError('PASSWORD_REJECTED', 'The current password is wrong. Nothing was changed.');
    return this.writerOf(user, next);
  }

  /** The same without the current password, for those who need not know it. Refuses VALIDATION_FAILED for a weak one, naming `field`. */
  async prepareReset(user: User, next: string, field?: string): Promise<(manager: EntityManager) => Promise<void>> {
    await refuseWeakPassword(next, [user.username], field);
    return this.writerOf(user, next);
  }

  /** Whether this is the user's password. `admit` runs just before the comparison, and may refuse the attempt. */
  matches(user: User, password: string, admit: () => Promise<void>): Promise<boolean> {
    return this.passwords.matches(password, user.passwordHash, admit);
  }

  private async writerOf(user: User, next: string): Promise<(manager: EntityManager) => Promise<void>> {
    const passwordHash = await this.passwords.hash(next);
    return async (manager) => {
      const fresh = { passwordHash, passwordVersion: user.passwordVersion + 1, updatedAt: () => 'now()' };
      const { affected } = await manager
        .getRepository(User)
        .update({ id: user.id, passwordVersion: user.passwordVersion }, fresh);
      if (!affected)
        throw new DomainError('PASSWORD_REJECTED', 'The password was changed meanwhile. Nothing was changed now.');
    };
  }
}
