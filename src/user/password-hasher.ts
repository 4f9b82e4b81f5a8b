import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { availableParallelism } from 'node:os';
import { BoundedQueue } from './bounded-queue.js';
import { readStoredHash } from './stored-hash.js';

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const OWN = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/;

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

  /** Whether a hash is what `hash` would make today; one that a user brought along is not. */
  isOwn(passwordHash: string): boolean {
    return OWN.test(passwordHash);
  }

  /**
   * A miss costs as much as a wrong password: without a hash, or with one that nobody here can read and that was written by
   * hand, the decoy is compared and the answer is false. A hash that
   * was brought along may be of the password as it was typed: that is compared, too, where it differs from the NFC form.
   * `admit` runs when it is this attempt's turn; what it throws is thrown on, and nothing is compared.
   */
  matches(password: string, passwordHash: string | null | undefined, admit?: () => Promise<void>): Promise<boolean> {
    return this.queue.run(async () => {
      await admit?.();
      const stored = readStoredHash(passwordHash ?? '');
      const isKnown = typeof stored !== 'string';
      const compared = isKnown ? stored : { matches: async (form: string) => verify(await this.decoy, form) };
      for (const form of new Set([password.normalize('NFC'), password])) {
        if (await compared.matches(form).catch(() => false)) return isKnown;
      }
      return false;
    });
  }
}
