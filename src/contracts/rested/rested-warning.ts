import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { ApplicationService } from '../../application/application.service.js';

/** Tells operators in one line, once the server listens, that pages of every origin may call endpoints of theirs. */
@Injectable()
export class RestedWarning implements OnApplicationBootstrap {
  private readonly logger = new Logger('RestedWire');

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly applications: ApplicationService,
  ) {}

  onApplicationBootstrap(): void {
    this.host.httpAdapter.getInstance<FastifyInstance>().addHook('onListen', () => this.warn());
  }

  private async warn(): Promise<void> {
    // A store that is away is told of by others.
    const names = await this.applications.namesWithUnlistedEndpoints().catch(() => []);
    if (names.length === 0) return;
    const shown = names.map((name) => JSON.stringify(name)).join(', ');
    this.logger.warn(
      `No allowedOrigins, so pages of every origin may call the Rested endpoints of ${shown}: list those of your front ends.`,
    );
  }
}
