import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BoundedQueue } from './bounded-queue.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const lasting = (ms: number) => () => new Promise<string>((resolve) => setTimeout(() => resolve('done'), ms));

it('runs one at a time, in the order of arrival', async () => {
  const queue = new BoundedQueue(1);
  const order: number[] = [];
  const note = (place: number, ms: number) => queue.run(async () => order.push(await lasting(ms)().then(() => place)));

  const all = Promise.all([note(1, 30), note(2, 10)]);
  await vi.runAllTimersAsync();
  await all;

  expect([order, queue.isIdle]).toEqual([[1, 2], true]);
});

it('OVERLOADED, and no work done, for whoever waited longer than five seconds', async () => {
  const queue = new BoundedQueue(1);
  const work = vi.fn<() => Promise<string>>(lasting(1));

  const first = queue.run(lasting(5_001));
  const second = queue.run(work).catch((refusal: { code: string }) => refusal.code);
  await vi.runAllTimersAsync();

  expect([await first, await second, work.mock.calls.length]).toEqual(['done', 'OVERLOADED', 0]);
});

it.each([
  [256, new BoundedQueue(1)],
  [8, new BoundedQueue(1, 8)],
])('OVERLOADED at once when %i are waiting', async (most, queue) => {
  const waiting = Array.from({ length: most + 1 }, () => queue.run(lasting(1)));
  await vi.advanceTimersByTimeAsync(0);

  await expect(queue.run(lasting(1))).rejects.toMatchObject({ code: 'OVERLOADED' });
  await vi.runAllTimersAsync();
  await Promise.all(waiting);
});
