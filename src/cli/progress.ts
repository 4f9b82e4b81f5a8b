import bars from 'cli-progress';
import type { Writable } from 'node:stream';

const SHAPE = '{bar} {percentage}%  {value} of {total} {noun}  {rate}/s  {duration_formatted}  left {eta_formatted}';

/** How far a long deed is: a bar where people look at it, silence where they do not. */
export class Progress {
  private readonly bar: bars.SingleBar;
  private readonly startedAt = performance.now();

  constructor(
    stream: Writable & { isTTY?: boolean },
    private readonly noun: string,
    total: number,
  ) {
    const options = { format: SHAPE, stream, etaBuffer: 50, hideCursor: true, gracefulExit: false, barsize: 24 };
    this.bar = new bars.SingleBar({ ...options, clearOnComplete: true }, bars.Presets.shades_classic);
    this.bar.start(total, 0, { noun: this.noun, rate: 0 });
  }

  /** So many are done; `total` where it has become known better. */
  reach(done: number, total?: number): void {
    if (total !== undefined) this.bar.setTotal(total);
    const seconds = (performance.now() - this.startedAt) / 1_000;
    this.bar.update(done, { rate: Math.round(done / Math.max(seconds, 0.001)) });
  }

  /** The bar goes, and its line is free again. */
  end(): void {
    this.bar.stop();
  }
}
