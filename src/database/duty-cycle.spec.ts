import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { DutyCycle } from './duty-cycle.js';

/** How long the work took from within, and the rest after it. */
async function workThenRest(share: number, workMs: number, stop = new AbortController()) {
  const dutyCycle = new DutyCycle(stop.signal);
  const workedMs = await dutyCycle.work(
    () => timed(() => pause(workMs)),
    () => share,
  );
  return { workedMs, restedMs: await timed(() => dutyCycle.rest()) };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

it('rests for four times its work, where it may work for a fifth of the time', async () => {
  const { workedMs, restedMs } = await workThenRest(0.2, 30);

  expect(restedMs).toBeGreaterThan(4 * workedMs - 2);
});

it('pays once, and what it rested within its work was no work', async () => {
  const dutyCycle = new DutyCycle(new AbortController().signal);
  const work = () =>
    dutyCycle.work(
      async () => {
        await dutyCycle.rest();
        await pause(20);
      },
      () => 0.05,
    );
  await work();

  await work();
  const restedMs = await timed(() => dutyCycle.rest());

  // 19 × 20 ms; had the first rest of 380 ms been work, it would be the longest rest there is.
  expect(restedMs).toBeLessThan(2_000);
  expect(await timed(() => dutyCycle.rest())).toBeLessThan(200);
});

it('ends its rest when it is told to stop', async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 150);

  const { restedMs } = await workThenRest(0.01, 100, stop);

  expect(restedMs).toBeLessThan(1_500);
});
