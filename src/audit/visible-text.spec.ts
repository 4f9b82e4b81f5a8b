import { expect, it } from 'vitest';
import { visible } from './visible-text.js';

it.each([
  ['alice@example.test', 'alice@example.test'],
  ['a\r\nb', String.raw`a\u000d\u000ab`],
  ['\u001B[2Jclear', String.raw`\u001b[2Jclear`],
  ['nul\0', String.raw`nul\u0000`],
  ['one\u2028two\u2029three\u0085four', String.raw`one\u2028two\u2029three\u0085four`],
  ['\u202Egnp.exe', String.raw`\u202egnp.exe`],
  ['lone \uD800', String.raw`lone \ud800`],
  ['\u{E0001}tag', String.raw`\u{e0001}tag`],
  ['Zoë 名前 😀', 'Zoë 名前 😀'],
])('asvs 16.4.1 %j is one line of what can be seen', (text, shown) => {
  expect(visible(text, 254)).toBe(shown);
});

it('what is too long is cut before it is written out, and no character in two', () => {
  expect(visible('a'.repeat(300), 254)).toHaveLength(254);
  expect(visible(`${'a'.repeat(253)}😀`, 254)).toBe(`${'a'.repeat(253)}\\ud83d`);
});
