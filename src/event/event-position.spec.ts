import { expect, it } from 'vitest';
import { EventPosition } from './event-position.js';

it('a cursor leads back to its place', () => {
  const position = new EventPosition(3, '18446744073709551615', '9223372036854775807');

  expect(EventPosition.parse(String(position))).toEqual(position);
  expect(String(EventPosition.parse('1-0-0'))).toBe('1-0-0');
});

it.each([
  '',
  '1',
  '1-2',
  '1-2-3-4',
  '0-2-3',
  '01-2-3',
  '1-02-3',
  '1-2-03',
  '-1-2-3',
  '1--2-3',
  '1-2-3\n',
  ' 1-2-3',
  '1-2-3 ',
  '1-2-٣',
  '1-18446744073709551616-1',
  '1-1-9223372036854775808',
  '1-1e3-1',
  "1-2-3' or 1=1",
  '9'.repeat(100_000),
])('undefined for what was never a cursor: %#', (text) => {
  expect(EventPosition.parse(text)).toBeUndefined();
});
