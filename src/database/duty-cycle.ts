import { setTimeout as pause } from 'node:timers/promises';
import { LONGEST_REST_MS } from './postgres.options.js';

/** Keeps background work to a share of the time: what has been worked is paid by rest, before the next piece of work. */
export class DutyCycle {
  private owedMs = 0;
  private restedMs = 0;

  /** Resolves at once when `stop` is given. */
  constructor(private readonly stop: AbortSignal) {}

  /** Pays what is owed. */
  async rest(): Promise<void> {
    const startedAt = performance.now();
    await pause(Math.min(LONGEST_REST_MS, this.owedMs), undefined, { signal: this.stop }).catch(() => {});
    this.restedMs += performance.now() - startedAt;
    this.owedMs = 0;
  }

  /** Runs a piece of work, in which it may rest; `shareOf` its result says which share of the time such work may take. */
  async work<T>(piece: () => Promise<T>, shareOf: (result: T) => number): Promise<T> {
    const startedAt = performance.now();
    this.restedMs = 0;
    const result = await piece();
    const workedMs = performance.now() - startedAt - this.restedMs;
    const share = shareOf(result);
    this.owedMs = (workedMs * (1 - share)) / share;
    return result;
  }
}
