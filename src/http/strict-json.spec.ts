import { describe, expect, it } from 'vitest';
import { DomainError } from '../errors/domain.error.js';
import { parseStrictJson } from './strict-json.js';

const parse = (text: string | Buffer): unknown => parseStrictJson(Buffer.from(text as string));
const refusal = (text: string | Buffer): unknown => {
  try {
    return parse(text);
  } catch (error) {
    return error instanceof DomainError ? `${error.code}: ${error.message}` : error;
  }
};
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('parseStrictJson reads', () => {
  it.each([
    ['{}', {}],
    [' { "a" : [ 1 , { "b" : null } ] } ', { a: [1, { b: null }] }],
    ['{"a":{"x":1},"b":{"x":2}}', { a: { x: 1 }, b: { x: 2 } }],
    ['[{"x":1},{"x":2}]', [{ x: 1 }, { x: 2 }]],
    ['{"a":"b","b":"a"}', { a: 'b', b: 'a' }],
    ['{"a":"{\\"a\\":1,\\"a\\":2}"}', { a: '{"a":1,"a":2}' }],
    ['{"a":"\\\\","b":"\\""}', { a: '\\', b: '"' }],
    ['{"a":"__proto__"}', { a: '__proto__' }],
    ['{"":1}', { '': 1 }],
    ['{"a":"\\ud83d\\ude00"}', { a: '😀' }],
    ['{"a":"\\u0000"}', { a: '\0' }],
    ['"x"', 'x'],
    ['null', null],
  ])('%s', (text, value) => {
    expect(parse(text)).toEqual(value);
  });

  it('32 levels', () => {
    expect(refusal(nested(32))).toBeInstanceOf(Array);
  });
});

describe('asvs 15.3.6 15.3.7 parseStrictJson refuses', () => {
  it.each([
    ['nothing', ''],
    ['half a document', '{"a":'],
    ['two documents', '{}{}'],
    ['a comma too many', '{"a":1,}'],
    ['a comment', '{}//'],
    ['single quotes', "{'a':1}"],
    ['NaN', '{"a":NaN}'],
    ['a leading zero', '01'],
    ['a raw newline in a string', '"a\nb"'],
    ['a byte order mark', '\ufeff{}'],
    ['UTF-16', Buffer.from('{}', 'utf16le')],
    ['invalid UTF-8', Buffer.of(0x22, 0xff, 0x22)],
    ['an overlong form', Buffer.of(0x22, 0xc0, 0xaf, 0x22)],
    ['a surrogate in UTF-8', Buffer.of(0x22, 0xed, 0xa0, 0x80, 0x22)],
  ])('%s', (_, text) => {
    expect(refusal(text)).toBe('BODY_UNREADABLE: The body is not JSON.');
  });

  it.each([
    ['a key twice', '{"a":1,"a":1}', 'The body names one key twice.'],
    ['a key twice, deep inside', '[{"b":{"a":1,"c":[],"a":1}}]', 'The body names one key twice.'],
    ['a key twice, once escaped', '{"a":1,"\\u0061":1}', 'The body names one key twice.'],
    ['a key twice, around an object that has it too', '{"a":{"a":1},"a":1}', 'The body names one key twice.'],
    ['__proto__', '{"__proto__":1}', 'The body holds a key that is not allowed.'],
    ['__proto__ escaped', '{"\\u005f_proto__":1}', 'The body holds a key that is not allowed.'],
    ['constructor', '{"a":{"constructor":{}}}', 'The body holds a key that is not allowed.'],
    ['prototype', '{"prototype":1}', 'The body holds a key that is not allowed.'],
    ['half a surrogate pair', '{"a":"\\ud800"}', 'The body holds half of a surrogate pair.'],
    ['half a surrogate pair in a key', '{"\\udc00":1}', 'The body holds half of a surrogate pair.'],
    ['a surrogate pair the wrong way round', '["\\ude00\\ud83d"]', 'The body holds half of a surrogate pair.'],
    ['33 levels', nested(33), 'The body is nested deeper than 32 levels.'],
    ['100,000 levels', nested(100_000), 'The body is nested deeper than 32 levels.'],
  ])('%s', (_, text, message) => {
    expect(refusal(text)).toBe(`BODY_UNREADABLE: ${message}`);
  });
});

it('asvs 1.3.12 parseStrictJson takes no longer for what looks like a trap than for other text', () => {
  const start = performance.now();

  refusal(`"${'\\\\'.repeat(32_000)}`);
  refusal(`{"a":"${'x'.repeat(64_000)}"}`);
  refusal(`{${Array.from({ length: 8_000 }, (_, index) => `"${index}":0`).join(',')}}`);

  expect(performance.now() - start).toBeLessThan(250);
});
