import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { availableParallelism } from 'node:os';
import { BoundedQueue } from './bounded-queue.js';

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashes and compares passwords off the event loop; knows no database. Compared exactly, as the bytes of their NFC form. */
@Injectable()
export class PasswordHasher {
  // One computation a core: more only make each other, and every check, slower.
  private readonly queue = new BoundedQueue(availableParallelism());
  private readonly decoy = hash('a password that nobody has', COST);

  /** A PHC string that names algorithm, cost and salt. Refuses OVERLOADED when too many wait. */
  hash(password: string): Promise<string> {
    return this.queue.run(() => hash(password.normalize('NFC'), COST));
  }

  /**
   * A miss costs as much as a wrong password: without a hash, the decoy is compared and the answer is false.
   * `admit` runs when it is this attempt's turn; what it throws is thrown on, and nothing is compared.
   */
  matches(password: string, passwordHash: string | null | undefined, admit?: () => Promise<void>): Promise<boolean> {
    return this.queue.run(async () => {
      await admit?.();
      // A hash that argon2 cannot read was made by something else: it matches nothing.
      const matches = await verify(passwordHash ?? (await this.decoy), password.normalize('NFC')).catch(() => false);
      return matches && passwordHash !== null && passwordHash !== undefined;
    });
  }
}
