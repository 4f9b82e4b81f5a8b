import { describe, expect, it } from 'vitest';
import { PasswordHasher } from './password-hasher.js';
import { readStoredHash, type StoredHash } from './stored-hash.js';

const OURS = 'correct horse battery staple';
// Made by the reference implementations, by crypt(3) and by Python's hashlib; those of RFC 7914 §11 and §12 among them.
const KNOWN: [string, string, string][] = [
  ['argon2i', 'password', '$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA'],
  ['argon2id', 'password', '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'],
  ['bcrypt 2b', OURS, '$2b$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG'],
  ['bcrypt 2a', OURS, '$2a$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG'],
  ['bcrypt 2y', OURS, '$2y$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG'],
  [
    'scrypt, RFC 7914',
    'pleaseletmein',
    '$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw',
  ],
  [
    'PBKDF2, RFC 7914',
    'passwd',
    '$pbkdf2-sha256$i=1$c2FsdA$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLxJypzM8Xm2RZkWZLOdd+8xfHG4RbHjC9UJESBB06GXgw',
  ],
  ['PBKDF2 SHA-256', OURS, '$pbkdf2-sha256$i=1000$MDEyMzQ1Njc4OWFiY2RlZg$yqSq2SygY1sB4EcH9f2FG0JTMES+wqLsOT5YmiRBplI'],
  [
    'PBKDF2 SHA-512 with its length',
    OURS,
    '$pbkdf2-sha512$i=1000,l=64$MDEyMzQ1Njc4OWFiY2RlZg$5bTW2oeyDJyGJPcmEr+mRDE11ghpozWrDGnSNhRXo2ZCu0KHRDiUMAVEGzLJC+oDhRoeIja9J1iLIv9ptDJMfQ',
  ],
  ['PBKDF2 of Django', OURS, 'pbkdf2_sha256$1000$seasalt12345$lc9upgiPQ2muevvuisr7qA/SNSmKyk+QjwXhw/n1uhw='],
];
const BCRYPT_OF_80 = '$2y$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i';

function read(text: string): StoredHash {
  const stored = readStoredHash(text);
  if (typeof stored === 'string') throw new Error(stored);
  return stored;
}

it.each(KNOWN)('%s: its password matches, and no other does', async (_, password, text) => {
  const stored = read(text);

  expect(
    await Promise.all([password, `${password} `, password.toUpperCase(), ''].map((form) => stored.matches(form))),
  ).toEqual([true, false, false, false]);
});

describe('bad L6 bcrypt reads 72 bytes', () => {
  it.each([
    ['72 bytes', 'x'.repeat(72), true],
    ['73 bytes that begin alike', 'x'.repeat(73), false],
    ['80 bytes, of which it was made', 'x'.repeat(80), false],
    ['37 letters of two bytes', 'é'.repeat(37), false],
  ])('%s', async (_, password, matches) => {
    expect(await read(BCRYPT_OF_80).matches(password)).toBe(matches);
  });
});

it('bad L7 a NUL ends no password: what stands before it is another one', async () => {
  const passwords = [`${OURS}\0`, `${OURS}\0${OURS}`, `\0${OURS}`];

  const answers = await Promise.all(
    KNOWN.filter(([, password]) => password === OURS).flatMap(([, , text]) =>
      passwords.map((form) => read(text).matches(form)),
    ),
  );

  expect(new Set(answers)).toEqual(new Set([false]));
});

describe('refused, in words', () => {
  const none = 'must be an argon2id, argon2i, bcrypt, scrypt or PBKDF2 hash as the documentation describes them';
  const dear = 'would take more memory or time to compare than a login may';
  const argon2 = (costs: string) => `$argon2id$v=19$${costs}$c29tZXNhbHQ$${'A'.repeat(43)}`;
  const scrypt = (costs: string) => `$scrypt$${costs}$c29tZXNhbHQ$${'A'.repeat(43)}`;
  it.each([
    ['nothing', '', none],
    ['a password', OURS, none],
    ['plain MD5', '5f4dcc3b5aa765d61d8327deb882cf99', none],
    ['crypt(3) with SHA-512', '$6$salt$hash', none],
    ['argon2d', argon2('m=19456,t=2,p=1').replace('2id', '2d'), none],
    ['argon2 without a pass', argon2('m=19456,t=0,p=1'), none],
    ['argon2 of 256 MiB and a KiB', argon2('m=262145,t=1,p=1'), dear],
    ['argon2 of 4 GiB', argon2('m=4194304,t=1,p=1'), dear],
    ['argon2 of many passes', argon2('m=262144,t=9,p=1'), dear],
    ['argon2 of many lanes', argon2('m=19456,t=2,p=17'), dear],
    ['a hash and more', `${KNOWN[2]![2]}x`, none],
    ['a hash and a line', `${KNOWN[2]![2]}\n`, none],
    ['bcrypt of cost 3', KNOWN[2]![2].replace('$04$', '$03$'), none],
    ['bcrypt of cost 15', KNOWN[2]![2].replace('$04$', '$15$'), dear],
    ['bcrypt of the broken kind', KNOWN[2]![2].replace('$2b$', '$2x$'), none],
    ['scrypt of 512 MiB', scrypt('ln=19,r=8,p=1'), dear],
    ['scrypt of many lanes', scrypt('ln=17,r=8,p=3'), dear],
    ['scrypt of 2^63', scrypt('ln=63,r=8,p=1'), dear],
    ['scrypt without blocks', scrypt('ln=14,r=0,p=1'), none],
    ['PBKDF2 of two million and one', `$pbkdf2-sha256$i=2000001$c2FsdA$${'A'.repeat(43)}`, dear],
    ['PBKDF2 of a million and one, of two blocks', `$pbkdf2-sha256$i=1000001$c2FsdA$${'A'.repeat(86)}`, dear],
    ['PBKDF2 without iterations', `$pbkdf2-sha256$i=0$c2FsdA$${'A'.repeat(43)}`, none],
    ['PBKDF2 of another length than it says', `$pbkdf2-sha256$i=1,l=64$c2FsdA$${'A'.repeat(43)}`, none],
    ['PBKDF2 with SHA-1', `$pbkdf2-sha1$i=1$c2FsdA$${'A'.repeat(43)}`, none],
    ['Django’s with SHA-1', 'pbkdf2_sha1$1$salt$VawEblbjCJ/sFpHCJUS2BflBhSE=', none],
  ])('%s', (_, text, reason) => {
    expect(readStoredHash(text)).toBe(reason);
  });

  it('a long text costs next to nothing', () => {
    const began = performance.now();

    for (const start of ['$argon2id$v=19$m=', '$2b$10$', '$scrypt$ln=', '$pbkdf2-sha256$i=', 'pbkdf2_sha256$1$'])
      readStoredHash(start + 'A'.repeat(16_384));

    expect(performance.now() - began).toBeLessThan(50);
  });
});

describe('PasswordHasher', () => {
  const hasher = new PasswordHasher();
  const decomposed = 'Rene\u0301e and nine horses';

  it('bad L8 compares a password in both forms with a hash that was brought along', async () => {
    // bcrypt.hashpw of the NFD form, as it was typed.
    const { hash } = await import('@node-rs/bcrypt');
    const brought = await hash(decomposed, 4);

    expect([
      await hasher.matches(decomposed, brought),
      await hasher.matches(decomposed.normalize('NFC'), brought),
    ]).toEqual([true, false]);
  });

  it('bad L8 hashes the NFC form, and finds it by either', async () => {
    const ours = await hasher.hash(decomposed);

    expect(
      await Promise.all([decomposed, decomposed.normalize('NFC')].map((form) => hasher.matches(form, ours))),
    ).toEqual([true, true]);
  });

  it('knows its own hashes from others', async () => {
    const own = await hasher.hash(OURS);

    expect([own, ...KNOWN.map(([, , text]) => text)].map((text) => hasher.isOwn(text))).toEqual([
      true,
      ...KNOWN.map(() => false),
    ]);
  });

  it.each([null, undefined, 'gibberish'])('false for %s, whatever the password', async (stored) => {
    expect(await hasher.matches('a password that nobody has', stored)).toBe(false);
  });

  it('asvs 6.3.8 a hash that nobody can read takes as long as a user who is not there', async () => {
    const secondsOf = async (stored: string | null): Promise<number> => {
      const began = performance.now();
      for (let round = 0; round < 5; round++) await hasher.matches(OURS, stored);
      return performance.now() - began;
    };

    const nobody = await secondsOf(null);

    expect(await secondsOf('written by hand')).toBeGreaterThan(nobody / 3);
  });
});
