import { hash, randomBytes } from 'node:crypto';

/** What a key is for: one kind a kind of client. `server` and `rested_master` open doors by themselves and are kept hashed. */
export const KEY_KINDS = [
  'client',
  'android',
  'ios',
  'js',
  'dotnet',
  'actionscript',
  'rest',
  'server',
  'rested',
  'rested_master',
] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

/** Letters, digits and a few signs: nothing that a URL or a header would change. */
export const KEY_SHAPE = /^[\w.-]{8,128}$/;
const CASELESS = /^(?:[\da-f]{32}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i;
const SECRET_KINDS: readonly KeyKind[] = ['server', 'rested_master'];

/** The form under which a key is stored and found: 32 hexadecimal digits and UUIDs have no case; a secret is its SHA-256. */
export function storedKey(kind: KeyKind, key: string): string {
  return isSecretKind(kind) ? hashedKey(key) : foldedKey(key);
}

export function isSecretKind(kind: KeyKind): boolean {
  return SECRET_KINDS.includes(kind);
}

export function foldedKey(key: string): string {
  return CASELESS.test(key) ? key.toLowerCase() : key;
}

/** A key that nobody has: 32 hexadecimal digits, which every wire takes for one. */
export function freshKey(): string {
  return randomBytes(16).toString('hex');
}

/** The colon is in no key, so nobody can present a stored hash as a key. */
export function hashedKey(key: string): string {
  return `sha256:${hash('sha256', foldedKey(key), 'hex')}`;
}
