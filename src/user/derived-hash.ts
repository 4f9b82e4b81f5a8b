import { pbkdf2, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import { MAX_KIB, TOO_DEAR, UNKNOWN_HASH } from './hash-bounds.js';

const SCRYPT = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{2,86})\$([A-Za-z0-9+/]{22,86})$/;
const PBKDF2 =
  /^\$pbkdf2-(sha256|sha512)\$i=(\d{1,8})(?:,l=(\d{1,3}))?\$([A-Za-z0-9+/]{2,86})\$([A-Za-z0-9+/]{22,86})$/;
const DJANGO = /^pbkdf2_(sha256)\$(\d{1,8})\$([^$\s]{1,128})\$([A-Za-z0-9+/]{42}[A-Za-z0-9+/]=?=?)$/;

// N times r times p: about a second of one core.
const MAX_SCRYPT_WORK = 2_097_152;
// About a second of one core. Each block of the hash takes them all (RFC 8018 §5.2).
const MAX_ITERATIONS = 2_000_000;
const BLOCK_BYTES: Record<string, number> = { sha256: 32, sha512: 64 };

const deriveByScrypt = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);
const deriveByPbkdf2 = promisify(pbkdf2);

/** scrypt and PBKDF2 as PHC strings write them, and PBKDF2 as Django does; in words why it is none, or too dear. */
export function derivedHash(text: string): { matches(password: string): Promise<boolean> } | string {
  return scryptHash(text) ?? pbkdf2Hash(text) ?? UNKNOWN_HASH;
}

function scryptHash(text: string): ReturnType<typeof derivedHash> | undefined {
  const [, logN, r, p, salt, hash] = SCRYPT.exec(text) ?? [];
  if (salt === undefined || hash === undefined) return undefined;
  const cost = { N: 2 ** Number(logN), r: Number(r), p: Number(p) };
  if (cost.N < 2 || cost.r < 1 || cost.p < 1) return UNKNOWN_HASH;
  const kib = (cost.N * cost.r) / 8;
  if (kib > MAX_KIB || cost.N * cost.r * cost.p > MAX_SCRYPT_WORK) return TOO_DEAR;
  const options = { ...cost, maxmem: 2 * MAX_KIB * 1_024 };
  return comparing(hash, (password, length) => deriveByScrypt(password, Buffer.from(salt, 'base64'), length, options));
}

function pbkdf2Hash(text: string): ReturnType<typeof derivedHash> | undefined {
  const [, digest, iterations, length, phcSalt, phcHash] = PBKDF2.exec(text) ?? [];
  if (digest !== undefined && phcSalt !== undefined && phcHash !== undefined) {
    if (length !== undefined && Number(length) !== Buffer.from(phcHash, 'base64').length) return UNKNOWN_HASH;
    return iterated(digest, Number(iterations), Buffer.from(phcSalt, 'base64'), phcHash);
  }
  const [, djangoDigest, djangoIterations, djangoSalt, djangoHash] = DJANGO.exec(text) ?? [];
  if (djangoDigest === undefined || djangoSalt === undefined || djangoHash === undefined) return undefined;
  // Django takes the salt's letters themselves.
  return iterated(djangoDigest, Number(djangoIterations), Buffer.from(djangoSalt), djangoHash);
}

function iterated(digest: string, iterations: number, salt: Buffer, hash: string): ReturnType<typeof derivedHash> {
  if (iterations < 1) return UNKNOWN_HASH;
  const blocks = Math.ceil(Buffer.from(hash, 'base64').length / BLOCK_BYTES[digest]!);
  if (iterations * blocks > MAX_ITERATIONS) return TOO_DEAR;
  return comparing(hash, (password, length) => deriveByPbkdf2(password, salt, iterations, length, digest));
}

/**
 * In constant time, as far as the hash itself goes. HMAC fills a short key up with NULs (RFC 2104 §2), so that it could not
 * tell a password from the same one with a NUL behind it: none that holds one matches.
 */
function comparing(
  hash: string,
  derive: (password: string, length: number) => Promise<Buffer>,
): ReturnType<typeof derivedHash> {
  const stored = Buffer.from(hash, 'base64');
  return {
    matches: async (password) =>
      timingSafeEqual(await derive(password, stored.length), stored) && !password.includes('\0'),
  };
}
