import { verify as argon2Verify } from '@node-rs/argon2';
import { verify as bcryptVerify } from '@node-rs/bcrypt';
import { argon2Fault, BCRYPT, bcryptFault } from './hash-bounds.js';
import { derivedHash } from './derived-hash.js';

/** The most a bcrypt reads of a password; what is longer it would compare by its beginning alone. */
const BCRYPT_BYTES = 72;

/** A hash that was stored for a user, by us or by a system that they came from. */
export interface StoredHash {
  /** Whether it belongs to this password, byte for byte. */
  matches(password: string): Promise<boolean>;
}

/**
 * Reads argon2id and argon2i (PHC), bcrypt (`$2a$`, `$2b$`, `$2y$`), scrypt (PHC), PBKDF2 (PHC) and PBKDF2 as Django writes it.
 * Answers in words why it cannot be used: not one of these, or dearer than a login may be.
 */
export function readStoredHash(text: string): StoredHash | string {
  if (text.startsWith('$argon2')) return argon2Fault(text) ?? argon2Hash(text);
  if (BCRYPT.test(text)) return bcryptFault(text) ?? bcryptHash(text);
  return derivedHash(text);
}

function argon2Hash(text: string): StoredHash {
  return { matches: (password) => argon2Verify(text, password) };
}

function bcryptHash(text: string): StoredHash {
  return {
    // Compared all the same, so that the answer takes its time. A NUL would end the password for some who made such hashes.
    matches: async (password) => {
      const isWhole = Buffer.byteLength(password) <= BCRYPT_BYTES && !password.includes('\0');
      return (await bcryptVerify(isWhole ? password : 'a password that nobody has', text)) && isWhole;
    },
  };
}
