import { expect, it } from 'vitest';
import { linesOf } from './body-lines.js';

async function* inPieces(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

async function read(text: string, size: number): Promise<[number, string | undefined][]> {
  const lines: [number, string | undefined][] = [];
  for await (const { number, bytes } of linesOf(inPieces(text, size))) lines.push([number, bytes?.toString()]);
  return lines;
}

it.each([1, 2, 3, 5, 64])(
  'lines in pieces of %i bytes are the same lines, counted with the empty ones',
  async (size) => {
    expect(await read('one\n\ntwö\r\n\r\nthree', size)).toEqual([
      [1, 'one'],
      [3, 'twö\r'],
      [5, 'three'],
    ]);
  },
);

it.each([1_000, 16_384, 20_000])(
  'a line of 16,384 bytes is read, one of 16,385 is not, in pieces of %i',
  async (size) => {
    const [most, more] = ['x'.repeat(16_384), 'x'.repeat(16_385)];

    const lines = await read(`${most}\n${more}\n${most}\nlast\n${more}`, size);

    expect(lines).toEqual([
      [1, most],
      [2, undefined],
      [3, most],
      [4, 'last'],
      [5, undefined],
    ]);
  },
);

it.each(['', '\n', '\r\n\n'])('nothing is no line: %j', async (text) => {
  expect(await read(text, 64)).toEqual([]);
});
