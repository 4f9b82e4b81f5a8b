import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { BackgroundLoop } from './background-loop.js';
import { WATCH_PAUSE_MS, type Primary } from './primary.js';

/**
 * Looks at all servers twice a second where several are named: connections to a primary that was deposed, and that still
 * answers, are left before a node that found the new one uses it. One server alone is asked with each new connection.
 */
export class PrimaryWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(PrimaryWatch.name);
  private readonly loop = new BackgroundLoop(PrimaryWatch.name, () => this.look());
  private isWithout = false;

  constructor(private readonly primary: Primary) {}

  onApplicationBootstrap(): void {
    if (!this.primary.isOneOfSeveral) return;
    this.primary.onMove = (line) => this.logger.warn(line);
    this.loop.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.loop.stop();
    this.primary.leave();
  }

  private async look(): Promise<number> {
    await this.primary.look();
    const { fault } = this.primary;
    if (fault && !this.isWithout) this.logger.warn(fault.message);
    if (!fault && this.isWithout) this.logger.log('There is a primary again');
    this.isWithout = fault !== undefined;
    return WATCH_PAUSE_MS;
  }
}
