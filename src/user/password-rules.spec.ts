import { describe, expect, it } from 'vitest';
import { refuseWeakPassword } from './password-rules.js';

const reasonFor = async (password: string, names: string[] = ['alice@example.org']): Promise<unknown> =>
  refuseWeakPassword(password, names).then(
    () => 'accepted',
    (refusal: { code: string; details: { faults: { field: string; message: string }[] } }) =>
      [refusal.code, ...refusal.details.faults.map(({ message }) => message)].join(': '),
  );

describe('asvs 6.2.1 6.2.9 length is counted in characters', () => {
  it.each([
    ['seven characters', 'qzxvkwj', 'VALIDATION_FAILED: must have at least 8 characters'],
    ['seven emoji of two units each', '🦉🐙🦔🐢🦜🐝🦋', 'VALIDATION_FAILED: must have at least 8 characters'],
    ['eight letters that melt into seven', 'e\u0301qzxvkw', 'VALIDATION_FAILED: must have at least 8 characters'],
    ['eight characters', 'qzxvkwjp', 'accepted'],
    ['eight emoji', '🦉🐙🦔🐢🦜🐝🦋🐌', 'accepted'],
    ['64 characters', 'q'.repeat(20) + 'zxvk'.repeat(11), 'accepted'],
    ['256 characters', 'owl '.repeat(64), 'accepted'],
  ])('%s', async (_, password, outcome) => {
    expect(await reasonFor(password)).toBe(outcome);
  });
});

describe('asvs 6.2.4 6.2.12 the most common ones are refused', () => {
  it.each([
    'password',
    '12345678',
    '123456789',
    'qwertyuiop',
    'password1',
    'iloveyou',
    'sunshine',
    'princess',
    'football',
    'baseball',
    'superman',
    'trustno1',
    'starwars',
    'whatever',
    'computer',
    'michelle',
    'jennifer',
    '11111111',
    '1q2w3e4r',
    'passw0rd',
  ])('%s', async (password) => {
    expect(await reasonFor(password)).toBe('VALIDATION_FAILED: is one of the most common passwords');
  });

  it('in any case', async () => {
    expect(await reasonFor('PassWord1')).toBe('VALIDATION_FAILED: is one of the most common passwords');
  });
});

describe('asvs 6.1.2 6.2.11 words of our own context are refused', () => {
  it.each([
    'alice@example.org',
    'ALICE@example.org!!',
    'alice1234',
    'alicealice',
    'curfew2026',
    'Session!!',
    'admin_admin',
    'curfewadmin1',
  ])('%s', async (password) => {
    expect(await reasonFor(password)).toBe('VALIDATION_FAILED: is made of the user name, or of this product’s');
  });

  it.each(['alice in wonderland', 'my curfew is at ten', 'administrate!'])(
    'but not as a part: %s',
    async (password) => {
      expect(await reasonFor(password)).toBe('accepted');
    },
  );

  it('a name of one letter forbids nothing', async () => {
    expect(await reasonFor('a1234567x', ['a'])).toBe('accepted');
  });
});

describe('asvs 6.2.5 there are no rules of composition', () => {
  it.each(['        ', '\0\0\0\0\0\0\0\0', 'only small letters here', '𝔬𝔴𝔩𝔰 𝔞𝔱 𝔫𝔦𝔤𝔥𝔱', 'ÄÖÜäöüßẞ', '٠١٢٣٤٥٦٧٨٩'])(
    '%j',
    async (password) => {
      expect(await reasonFor(password)).toBe('accepted');
    },
  );
});

it('names the field that it was given', async () => {
  await expect(refuseWeakPassword('short', [], 'newPassword')).rejects.toMatchObject({
    details: { faults: [{ field: 'newPassword' }] },
  });
});

it('never repeats the password', async () => {
  const refusal = await refuseWeakPassword('alicealice', ['alice']).catch((error: Error) => error);

  expect(JSON.stringify([refusal, (refusal as Error).message])).not.toContain('alice');
});
