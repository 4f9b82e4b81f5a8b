import { expect, it } from 'vitest';
import { pauseMs, retryAfterMs } from './retry-schedule.js';

const HOUR_MS = 3_600_000;
const samples = (failures: number): number[] => Array.from({ length: 500 }, () => pauseMs(failures));
const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

it('the first pause is about five seconds, and no two are alike', () => {
  const pauses = samples(1);

  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(1_000);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(9_000);
  expect(mean(pauses)).toBeGreaterThan(4_000);
  expect(mean(pauses)).toBeLessThan(6_000);
  expect(new Set(pauses).size).toBeGreaterThan(400);
});

it.each([2, 4, 6, 8, 10])('doubles with each failure: after %i', (failures) => {
  expect(mean(samples(failures))).toBeGreaterThan(0.85 * 4_000 * 2 ** (failures - 1));
  expect(mean(samples(failures))).toBeLessThan(1_000 + 1.15 * 4_000 * 2 ** (failures - 1));
});

it.each([12, 50, 10_000])('stays below four hours: after %i', (failures) => {
  expect(Math.max(...samples(failures))).toBeLessThanOrEqual(4 * HOUR_MS);
  expect(mean(samples(failures))).toBeGreaterThan(1.7 * HOUR_MS);
});

it('in three days there are some forty attempts', () => {
  let ms = 0;
  let attempts = 1;
  for (; ms < 72 * HOUR_MS; attempts++) ms += pauseMs(attempts);

  expect(attempts).toBeGreaterThan(30);
  expect(attempts).toBeLessThan(70);
});

it.each([
  [undefined, undefined, 0],
  ['120', undefined, 120_000],
  ['-5', undefined, 0],
  ['1e9', undefined, 0],
  ['soon', undefined, 0],
  ['Fri, 20 Nov 2026 18:02:00 GMT', 'Fri, 20 Nov 2026 18:00:00 GMT', 120_000],
  ['Fri, 20 Nov 2026 18:00:00 GMT', 'Fri, 20 Nov 2026 18:02:00 GMT', 0],
  ['Fri, 20 Nov 2026 18:02:00 GMT', undefined, 0],
])('Retry-After: %s, Date: %s is %i ms', (retryAfter, date, ms) => {
  expect(retryAfterMs(retryAfter, date)).toBe(ms);
});

it('Retry-After moves it later, at most to four hours, and never earlier', () => {
  expect(pauseMs(1, 60_000)).toBe(60_000);
  expect(pauseMs(1, 100 * HOUR_MS)).toBe(4 * HOUR_MS);
  expect(pauseMs(1, 1)).toBeGreaterThanOrEqual(1_000);
});
