import { Logger } from '@nestjs/common';
import { DutyCycle } from './duty-cycle.js';

/** What is done in rounds, in words for the log: `sweep`, and `expired sessions swept`. */
export interface Chore {
  readonly name: string;
  readonly done: string;
  /** Between the end of a round and the next, and before the first. */
  readonly pauseMs: number;
}

/** Background work of a node: round after round with a pause in between, until the node stops. */
export class Rounds {
  private readonly logger: Logger;
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private current: Promise<number> | undefined;
  readonly dutyCycle = new DutyCycle(this.stopping.signal);

  /** `round` answers how many rows went. */
  constructor(
    owner: string,
    private readonly chore: Chore,
    private readonly round: () => Promise<number>,
  ) {
    this.logger = new Logger(owner);
  }

  /** True from the moment at which the node stops: a round then ends with the piece of work that it is at. */
  get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  begin(): void {
    this.timer = setTimeout(() => void this.runAndWait(), this.chore.pauseMs).unref();
  }

  /** One round, at once. */
  run(): Promise<number> {
    return (this.current = this.round());
  }

  /** Resolves once the round under way has ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.current?.catch(() => {}); // It was told where it was asked for.
  }

  private async runAndWait(): Promise<void> {
    const { name, done } = this.chore;
    await this.run().then(
      (removed) => void (removed > 0 && this.logger.log(`${removed} ${done}`)),
      (error: Error) => this.logger.warn(`${name} put off: ${error.message}`),
    );
    if (!this.isStopping) this.begin();
  }
}
