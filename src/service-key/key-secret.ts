import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

const PREFIX = 'cfk_';
// 48 bytes are 64 letters exactly: every one of them is canonical.
const SHAPE = /^cfk_[A-Za-z0-9_-]{64}$/;

/**
 * The string that a service shows: `cfk_` and base64url of 48 bytes, 16 of the key's id, 32 random. Shown once; only the
 * SHA-256 of the random part is stored.
 */
export class KeySecret {
  private constructor(
    /** Hexadecimal without hyphens, as PostgreSQL reads it. */
    readonly keyId: string,
    readonly secretHash: Buffer,
    private readonly text?: string,
  ) {}

  static mint(keyId: string): KeySecret {
    const id = keyId.replaceAll('-', '');
    const secret = randomBytes(32);
    const text = PREFIX + Buffer.concat([Buffer.from(id, 'hex'), secret]).toString('base64url');
    return new KeySecret(id, hash('sha256', secret, 'buffer'), text);
  }

  /** Undefined for anything that was never a key, before any question to the store. */
  static parse(text: string | undefined): KeySecret | undefined {
    if (text === undefined || !SHAPE.test(text)) return undefined;
    const bytes = Buffer.from(text.slice(PREFIX.length), 'base64url');
    return new KeySecret(bytes.toString('hex', 0, 16), hash('sha256', bytes.subarray(16), 'buffer'));
  }

  /** In constant time, against hexadecimal digits. */
  matches(stored: string): boolean {
    const secretHash = Buffer.from(stored, 'hex');
    return secretHash.length === this.secretHash.length && timingSafeEqual(secretHash, this.secretHash);
  }

  /** The string itself, from the mint alone. */
  reveal(): string {
    if (this.text === undefined) throw new Error('Only a fresh key can be revealed.');
    return this.text;
  }
}
