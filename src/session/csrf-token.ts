import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A second secret of a session, for wires whose pages must prove that they saw the login's answer. 22 URL-safe letters. */
export function mintCsrfToken(): string {
  return randomBytes(16).toString('base64url');
}

export function csrfHashOf(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

/** In constant time. `stored` is the hash of a principal, hexadecimal. */
export function isCsrfToken(text: string | undefined, stored: string): boolean {
  return text !== undefined && timingSafeEqual(csrfHashOf(text), Buffer.from(stored, 'hex'));
}
