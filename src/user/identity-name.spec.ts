import { expect, it } from 'vitest';
import { identityName } from './identity-name.js';

it.each([
  ['ALICE@Example.Org', 'alice@example.org'],
  ['Rene\u0301e', 'ren\u00e9e'],
  ['REN\u00c9E', 'ren\u00e9e'],
  ['\u212bngström', '\u00e5ngström'],
  ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
  ['alice ', 'alice '],
  ['\u202ealice', '\u202ealice'],
  ["' or 1=1--", "' or 1=1--"],
  ['😀', '😀'],
  ['x'.repeat(1_024), 'x'.repeat(1_024)],
])('%j is kept and found as %j', (text, name) => {
  expect(identityName(text)).toBe(name);
});

it.each([
  ['ALICE', 'alice'],
  ['e\u0301', '\u00e9'],
  ['I\u0307stanbul', '\u0130stanbul'],
])('%j and %j are one name', (one, other) => {
  expect(identityName(one)).toBe(identityName(other));
});

it.each([
  '',
  '\0',
  'alice\0',
  'alice\r\nSet-Cookie: a=b',
  '\u001b[31malice',
  'a\tb',
  '\u0085',
  '\u007f',
  '\ud800',
  'x'.repeat(1_025),
  'é'.repeat(513),
])('%j can be no name', (text) => {
  expect(identityName(text)).toBeUndefined();
});

it('a name is its own form', () => {
  const name = identityName('\u0130STANBUL \u212b ΣΊΣΥΦΟΣ')!;

  expect(identityName(name)).toBe(name);
});
