import { hash, randomBytes } from 'node:crypto';

const PREFIX = 'cfl_';
// 48 bytes are 64 letters exactly: every one of them is canonical.
const SHAPE = /^cfl_[A-Za-z0-9_-]{64}$/;

/** What a link carries: `cfl_` and base64url of 48 bytes, 16 of the user's id, 32 random. Shown once; the SHA-256 of the random part alone is stored. */
export class LinkCode {
  private constructor(
    /** Hexadecimal without hyphens, as PostgreSQL reads it. */
    readonly userId: string,
    readonly codeHash: Buffer,
  ) {}

  /** A fresh code of this user, and its text. */
  static mint(userId: string): { code: LinkCode; text: string } {
    const id = userId.replaceAll('-', '');
    const secret = randomBytes(32);
    const text = PREFIX + Buffer.concat([Buffer.from(id, 'hex'), secret]).toString('base64url');
    return { code: new LinkCode(id, hash('sha256', secret, 'buffer')), text };
  }

  /** Undefined for anything that was never a code, before any question to the store. */
  static parse(text: string): LinkCode | undefined {
    if (!SHAPE.test(text)) return undefined;
    const bytes = Buffer.from(text.slice(PREFIX.length), 'base64url');
    return new LinkCode(bytes.toString('hex', 0, 16), hash('sha256', bytes.subarray(16), 'buffer'));
  }
}
