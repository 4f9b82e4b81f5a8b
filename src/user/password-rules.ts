import { DomainError } from '../errors/domain.error.js';

/** Longest accepted password in UTF-8 bytes, refused before hashing. */
const MAX_PASSWORD_BYTES = 1_024;
/** Shortest accepted password in characters (code points). */
const MIN_PASSWORD_CHARACTERS = 8;
// Words of our own context (ASVS 6.1.2): a password made of nothing else is the first that anyone tries.
const OWN_WORDS = ['curfew', 'session', 'admin'];

/** Refuses VALIDATION_FAILED with the reason: too short, on the list of the most common, or made of the user's own name. No rules of composition. */
export async function refuseWeakPassword(password: string, names: string[], field = 'password'): Promise<void> {
  const reason = await weakness(password.normalize('NFC'), names);
  if (reason)
    throw new DomainError('VALIDATION_FAILED', `The password ${reason}.`, { faults: [{ field, message: reason }] });
}

async function weakness(password: string, names: string[]): Promise<string | undefined> {
  if ([...password].length < MIN_PASSWORD_CHARACTERS) return `must have at least ${MIN_PASSWORD_CHARACTERS} characters`;
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) return `must be at most ${MAX_PASSWORD_BYTES} bytes long`;
  const folded = password.toLowerCase();
  if ((await commonPasswords()).has(folded)) return 'is one of the most common passwords';
  return isMadeOf(folded, [...OWN_WORDS, ...names.flatMap((name) => [name, name.split('@')[0] ?? name])])
    ? 'is made of the user name, or of this product’s'
    : undefined;
}

// Longest words first: a name may begin with a word that also stands alone.
function isMadeOf(folded: string, words: string[]): boolean {
  const own = words.map((word) => word.toLowerCase()).filter((word) => word.length > 2 && folded.includes(word));
  const rest = own.toSorted((a, b) => b.length - a.length).reduce((left, word) => left.replaceAll(word, ''), folded);
  return own.length > 0 && rest.replaceAll(/[\d\W_]/gu, '') === '';
}

let common: Promise<Set<string>> | undefined;

// Some 49,000 words, read when the first password is set: a node that only checks sessions never needs them.
function commonPasswords(): Promise<Set<string>> {
  common ??= import('@zxcvbn-ts/language-common').then(({ dictionary }) => new Set(dictionary['passwords-common']));
  return common;
}
