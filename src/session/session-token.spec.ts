import { createHash } from 'node:crypto';
import { v7 as freshId } from 'uuid';
import { describe, expect, it } from 'vitest';
import { SessionToken, uuidOf } from './session-token.js';

const [USER, SESSION] = ['019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80', '019aa3f2-8d2f-7e4b-8c2a-3a5b6c7d8e9f'];

describe('SessionToken.mint', () => {
  it('makes 90 characters that name user and session, and 32 bytes that nobody can guess', () => {
    const bytes = Buffer.from(SessionToken.mint(USER, SESSION).reveal().slice(4), 'base64url');

    expect(SessionToken.mint(USER, SESSION).reveal()).toMatch(/^cfs_[\w-]{86}$/);
    expect(bytes.length).toBe(64);
    expect(bytes.toString('hex', 0, 32)).toBe((USER + SESSION).replaceAll('-', ''));
  });

  it('asvs 7.2.3 repeats no secret and favours no bit', () => {
    const count = 4_000;
    const secrets = Array.from({ length: count }, () =>
      Buffer.from(SessionToken.mint(USER, SESSION).reveal().slice(4), 'base64url').subarray(32),
    );

    const ones = Array.from({ length: 256 }, (_, bit) =>
      secrets.reduce((sum, secret) => sum + ((secret[bit >> 3]! >> (bit & 7)) & 1), 0),
    );

    expect(new Set(secrets.map((secret) => secret.toString('hex'))).size).toBe(count);
    // Seven standard deviations: a fair coin fails this once in 10^9 runs of all 256.
    expect(Math.max(...ones.map((sum) => Math.abs(sum - count / 2)))).toBeLessThan(3.5 * Math.sqrt(count));
  });

  it('stores the SHA-256 of the secret alone', () => {
    const token = SessionToken.mint(USER, SESSION);
    const secret = Buffer.from(token.reveal().slice(4), 'base64url').subarray(32);

    expect(token.secretHash).toEqual(createHash('sha256').update(secret).digest());
  });
});

describe('SessionToken.parse', () => {
  it('reads what was minted, and does not hand it on', () => {
    const minted = SessionToken.mint(USER, SESSION);

    const token = SessionToken.parse(minted.reveal())!;

    expect([uuidOf(token.userId), uuidOf(token.sessionId)]).toEqual([USER, SESSION]);
    expect(token.matches(minted.secretHash)).toBe(true);
    expect(() => token.reveal()).toThrow('Only a fresh token can be revealed.');
  });

  it('knows one spelling of each token: 4 of 64 last letters', () => {
    const text = SessionToken.mint(USER, SESSION).reveal().slice(0, -1);
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split('');

    expect(letters.filter((letter) => SessionToken.parse(text + letter)).join('')).toBe('AQgw');
  });

  it.each([undefined, null, 1, true, {}, [], ['cfs_'], Buffer.from('cfs_')])('answers undefined for %o', (value) => {
    expect(SessionToken.parse(value)).toBeUndefined();
  });

  it('asvs 15.3.5 answers undefined for an object that reads like a token', () => {
    const text = SessionToken.mint(USER, SESSION).reveal();

    expect(SessionToken.parse([text])).toBeUndefined();
    expect(SessionToken.parse({ length: 90, toString: () => text })).toBeUndefined();
  });

  it.each([
    ['a newline behind', (text: string) => `${text}\n`],
    ['a newline in place of the last letter', (text: string) => `${text.slice(0, -1)}\n`],
    ['a space in front', (text: string) => ` ${text}`],
    ['another prefix', (text: string) => `cfk_${text.slice(4)}`],
    ['a prefix in upper case', (text: string) => `CFS_${text.slice(4)}`],
    ['padding', (text: string) => `${text}==`],
    ['a letter less', (text: string) => text.slice(0, -1)],
    ['a letter more', (text: string) => `${text}A`],
    ['the letter + of another alphabet', (text: string) => `${text.slice(0, 50)}+${text.slice(51)}`],
    ['a letter from outside ASCII', (text: string) => `${text.slice(0, 50)}é${text.slice(51)}`],
  ])('answers undefined for %s', (_, spoil) => {
    expect(SessionToken.parse(spoil(SessionToken.mint(USER, SESSION).reveal()))).toBeUndefined();
  });
});

describe('SessionToken.matches', () => {
  it('is false for the hash of another secret, and for a hash of another length', () => {
    const token = SessionToken.mint(USER, freshId());

    expect(token.matches(SessionToken.mint(USER, freshId()).secretHash)).toBe(false);
    expect(token.matches(token.secretHash.subarray(1))).toBe(false);
    expect(token.matches(Buffer.alloc(0))).toBe(false);
  });
});
