import { Logger } from '@nestjs/common';

const PAUSE_AFTER_FAILURE_MS = 1_000;

/** Repeats a piece of work until it is stopped. A piece that fails is told once, tried again after a second, and told when it works. */
export class BackgroundLoop {
  private readonly logger: Logger;
  private isStopping = false;
  private isWoken = false;
  private isFailing = false;
  private timer: NodeJS.Timeout | undefined;
  private goOn: (() => void) | undefined;
  private running: Promise<void> | undefined;

  /** `work` answers how many milliseconds to rest after it. */
  constructor(
    private readonly name: string,
    private readonly work: () => Promise<number>,
  ) {
    this.logger = new Logger(name);
  }

  /** Begins; nobody waits for it. */
  start(): void {
    this.running ??= this.run();
  }

  /** The rest that lasts, or the next one, is over. */
  wake(): void {
    this.isWoken = true;
    this.goOn?.();
  }

  /** Resolves once the piece of work that runs is done; none begins after it. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.isStopping) {
      this.isWoken = false;
      await this.rest(await this.workOnce());
    }
  }

  private async workOnce(): Promise<number> {
    try {
      const restMs = await this.work();
      if (this.isFailing) this.logger.log(`${this.name} works again`);
      this.isFailing = false;
      return restMs;
    } catch (error) {
      if (!this.isFailing) this.logger.warn(`${this.name} put off: ${(error as Error).message}`);
      this.isFailing = true;
      return PAUSE_AFTER_FAILURE_MS;
    }
  }

  private async rest(ms: number): Promise<void> {
    if (this.isWoken || this.isStopping) return;
    await new Promise<void>((resolve) => {
      this.goOn = resolve;
      this.timer = setTimeout(resolve, ms).unref();
    });
    clearTimeout(this.timer);
    this.goOn = undefined;
  }
}
