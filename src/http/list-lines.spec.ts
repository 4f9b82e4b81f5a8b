import { expect, it } from 'vitest';
import { csvHeadOf, csvOf, ndjsonOf } from './list-lines.js';

it.each([
  ['plain', 'plain'],
  ['', ''],
  [null, ''],
  [undefined, ''],
  [-5, '-5'],
  [true, 'true'],
  [['editor', 'auditor'], 'editor auditor'],
  ['a,b', '"a,b"'],
  ['say "so"', '"say ""so"""'],
  ['two\nlines', '"two\nlines"'],
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['\r=1', `"'\r=1"`],
  ['=HYPERLINK("http://e.example","x")', `"'=HYPERLINK(""http://e.example"",""x"")"`],
  [['=1'], "'=1"],
])('%j stands in a table as %j', (value, cell) => {
  expect(csvOf([{ value, last: 1 }], ['value', 'last'])).toBe(`${cell},1\r\n`);
});

it('names stand above, and whatever is no column is left out', () => {
  expect(csvHeadOf(['b', 'a']) + csvOf([{ a: 1, b: 2, c: 3 }], ['b', 'a'])).toBe('b,a\r\n2,1\r\n');
});

it('an object is one line of NDJSON, also with line breaks within', () => {
  expect(ndjsonOf([{ a: 'x\ny\u2028' }, { a: null }])).toBe('{"a":"x\\ny\u2028"}\n{"a":null}\n');
});
