import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/public.decorator.js';
import { ForAdministrators } from '../auth/for-administrators.decorator.js';
import { BackgroundStore } from '../database/background-store.js';
import { Store } from '../database/store.js';
import { METRICS, renderMetrics } from '../metrics/metrics.js';
import { LiveAnswer, ReadyAnswer } from './health.dto.js';
import { Readiness } from './readiness.js';

/** For supervisors, proxies and dashboards. */
@ApiTags('Operations')
@Controller()
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    private readonly store: Store,
    private readonly background: BackgroundStore,
  ) {}

  /** Is the process alive? Asks nothing else: restart it when this fails. */
  @Get('health/live')
  @Public()
  @ApiOkResponse({ type: LiveAnswer, description: 'It is.' })
  live(): LiveAnswer {
    return { status: 'live' };
  }

  /** Does this node want requests? Asks the store: take the node out of rotation while this fails. */
  @Get('health/ready')
  @Public()
  @ApiOkResponse({ type: ReadyAnswer, description: 'It does.' })
  @ApiServiceUnavailableResponse({
    type: ReadyAnswer,
    description:
      'It drains, or the store does not answer or is set so that it could forget a logout; `detail` says which.',
  })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadyAnswer> {
    const state = await this.readiness.state();
    if (state.status !== 'ready') void reply.status(503).header('retry-after', '1');
    return state;
  }

  /** Metrics in the text format of Prometheus. Scrape with a service key that has the scope `metrics`, or with the token of a user who has the role `admin`. */
  @Get('metrics')
  @ForAdministrators('metrics')
  @ApiProduces('text/plain')
  @ApiOkResponse({
    description: 'The metrics of this node.',
    schema: { type: 'string', example: 'curfew_session_checks_total{outcome="live"} 1027' },
  })
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    for (const [pool, states] of Object.entries(this.connections())) {
      for (const [state, count] of Object.entries(states)) METRICS.connections.set({ pool, state }, count);
    }
    const { contentType, text } = await renderMetrics();
    void reply.type(contentType);
    return text;
  }

  private connections(): Record<string, Record<string, number>> {
    return { ...this.store.connections(), background: this.background.connections() };
  }
}
