import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

const PREFIX = 'cfs_';
// 64 bytes are 86 letters; the last carries 2 bits only, so four letters are canonical there and the rest are forgeries.
const SHAPE = /^cfs_[A-Za-z0-9_-]{85}[AQgw]$/;

/**
 * The string a client carries: `cfs_` and base64url of 64 bytes, 16 of the user's id, 16 of the session's id, 32 random.
 * Shown once; only the SHA-256 of the random part is stored.
 */
export class SessionToken {
  private constructor(
    /** Hexadecimal without hyphens, as PostgreSQL reads it. */
    readonly userId: string,
    readonly sessionId: string,
    readonly secretHash: Buffer,
    private readonly text?: string,
  ) {}

  static mint(userId: string, sessionId: string): SessionToken {
    const secret = randomBytes(32);
    const bytes = Buffer.concat([bytesOf(userId), bytesOf(sessionId), secret]);
    return new SessionToken(
      hex(bytes, 0),
      hex(bytes, 16),
      hash('sha256', secret, 'buffer'),
      PREFIX + bytes.toString('base64url'),
    );
  }

  /** Whether a text has the form of a token; says nothing about a session. */
  static isShaped(text: unknown): text is string {
    return typeof text === 'string' && text.length === 90 && SHAPE.test(text);
  }

  /** Undefined for anything that was never a token, before any question to the store. */
  static parse(text: unknown): SessionToken | undefined {
    if (!SessionToken.isShaped(text)) return undefined;
    const bytes = Buffer.from(text.slice(PREFIX.length), 'base64url');
    return new SessionToken(hex(bytes, 0), hex(bytes, 16), hash('sha256', bytes.subarray(32), 'buffer'));
  }

  /** In constant time. */
  matches(secretHash: Buffer): boolean {
    return secretHash.length === this.secretHash.length && timingSafeEqual(secretHash, this.secretHash);
  }

  /** The string itself, from the mint alone: a parsed token is not handed on. */
  reveal(): string {
    if (this.text === undefined) throw new Error('Only a fresh token can be revealed.');
    return this.text;
  }
}

/** Of any UUID, also of those that no version of the standard made: imported users bring theirs along. */
function bytesOf(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

function hex(bytes: Buffer, from: number): string {
  return bytes.toString('hex', from, from + 16);
}

/** The hyphened form of an id that a token carries. */
export function uuidOf(id: string): string {
  return `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`;
}
