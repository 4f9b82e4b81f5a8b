import { expect, it } from 'vitest';
import { trimmed } from './trimmed.js';

it.each([
  ['', ''],
  ['a', 'a'],
  [' ', ''],
  [' \t \t', ''],
  [' a', 'a'],
  ['a\t ', 'a'],
  ['\t a \t b\t', 'a \t b'],
  ['\na ', '\na'],
  ['\u00a0a\u2000', '\u00a0a\u2000'],
])('%j becomes %j', (text, expected) => {
  expect(trimmed(text, ' \t')).toBe(expected);
});

it('asvs 1.3.12 a million blanks between two letters cost no more than reading them', () => {
  const text = `a${' '.repeat(1_000_000)}b`;
  const startedAt = performance.now();

  expect(trimmed(text, ' ')).toBe(text);
  expect(performance.now() - startedAt).toBeLessThan(500);
});
