/** bcrypt as PHP, Python, Java and OpenBSD write it; `$2x$` marks a version that was broken. */
export const BCRYPT = /^\$2[aby]\$\d{2}\$[./A-Za-z0-9]{53}$/;

const ARGON2 =
  /^\$argon2(?:id|i)\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** The most memory that one comparison may take, in KiB. */
export const MAX_KIB = 262_144;
// In KiB times passes: about half a second of one core.
const MAX_ARGON2_WORK = 2_097_152;
const MAX_LANES = 16;
const BCRYPT_COSTS = { least: 4, most: 14 };

/** What any of these readers says of a text that is none of the hashes known here. */
export const UNKNOWN_HASH =
  'must be an argon2id, argon2i, bcrypt, scrypt or PBKDF2 hash as the documentation describes them';
/** What is said of a hash that would hold up the logins of others. */
export const TOO_DEAR = 'would take more memory or time to compare than a login may';

/** Why an argon2 hash cannot be used, in words; undefined where it can. */
export function argon2Fault(text: string): string | undefined {
  const [, memory, passes, lanes] = (ARGON2.exec(text) ?? []).map(Number);
  if (memory === undefined || passes === undefined || lanes === undefined) return UNKNOWN_HASH;
  if (passes < 1 || lanes < 1 || memory < 8 * lanes) return UNKNOWN_HASH;
  return memory > MAX_KIB || lanes > MAX_LANES || memory * passes > MAX_ARGON2_WORK ? TOO_DEAR : undefined;
}

/** The same of a bcrypt hash. */
export function bcryptFault(text: string): string | undefined {
  const cost = Number(text.slice(4, 6));
  if (cost < BCRYPT_COSTS.least) return UNKNOWN_HASH;
  return cost > BCRYPT_COSTS.most ? TOO_DEAR : undefined;
}
