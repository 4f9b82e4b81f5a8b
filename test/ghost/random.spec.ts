import { expect, it } from 'vitest';
import { Random } from './random.js';

const draws = (random: Random, count = 1_000): number[] => Array.from({ length: count }, () => random.next());

it('the same sequence for the same seed, and another for another', () => {
  expect(draws(new Random('a'))).toEqual(draws(new Random('a')));
  expect(draws(new Random('a'))).not.toEqual(draws(new Random('b')));
});

it('from 0 up to 1, and evenly', () => {
  const drawn = draws(new Random(7), 20_000);

  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...drawn)).toBeLessThan(1);
  for (let tenth = 0; tenth < 10; tenth++) {
    const share = drawn.filter((one) => Math.floor(one * 10) === tenth).length / drawn.length;
    expect(share).toBeCloseTo(0.1, 1.5);
  }
});

it('a fork draws the same, whatever was drawn from its origin before', () => {
  const [fresh, used] = [new Random(7), new Random(7)];
  draws(used, 13);

  expect(draws(used.fork('x'))).toEqual(draws(fresh.fork('x')));
});

it('shuffling loses nothing and adds nothing', () => {
  const these = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

  const shuffled = new Random(7).shuffled(these);

  expect(shuffled.toSorted((a, b) => a - b)).toEqual(these);
  expect(shuffled).not.toEqual(these);
});
