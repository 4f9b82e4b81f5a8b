import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ApplicationService } from '../../application/application.service.js';

/** Tells operators at the start, in one line, that pages of every origin may call endpoints of theirs. */
@Injectable()
export class RestedWarning implements OnApplicationBootstrap {
  private readonly logger = new Logger('RestedWire');

  constructor(private readonly applications: ApplicationService) {}

  async onApplicationBootstrap(): Promise<void> {
    // A store that is away is told of by others, and keeps no server from starting.
    if (await this.applications.hasUnlistedEndpoints().catch(() => false)) {
      this.logger.warn(
        'An application with Rested endpoints lists no allowed origins: pages of every origin may call them. Fill in its list.',
      );
    }
  }
}
