import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Administered } from '../../auth/administered.js';
import type { Administrator } from '../../auth/administrator.js';
import { CurrentAdministrator, ForAdministrators } from '../../auth/for-administrators.decorator.js';
import { Refuses } from '../../errors/refuses.decorator.js';
import { IdPath } from '../../http/id-path.dto.js';
import type { KnownEndpoint } from '../../webhook/webhook-facts.js';
import { WebhookLog } from '../../webhook/webhook-log.js';
import { WebhookRegister } from '../../webhook/webhook-register.js';
import { WebhookTester } from '../../webhook/webhook-tester.js';
import {
  DeliveriesAnswer,
  DeliveriesQuery,
  DeliveryAnswer,
  DeliveryPath,
  ReplayedAnswer,
} from './webhook-deliveries.dto.js';

/** What a webhook got, what waits and what is dead. */
@ApiTags('Webhooks')
@Controller('api/v1/admin/webhooks/:id')
@ForAdministrators('admin')
export class WebhookDeliveriesController {
  constructor(
    private readonly administered: Administered,
    private readonly webhooks: WebhookRegister,
    private readonly log: WebhookLog,
    private readonly tester: WebhookTester,
  ) {}

  /** Send a test delivery now, of the type `webhook.test`. At most five a minute. */
  @Post('test')
  @HttpCode(200)
  @ApiOkResponse({ type: DeliveryAnswer, description: 'What came of it: `delivered`, or `dead` with the reason.' })
  @Refuses('VALIDATION_FAILED', 'ORIGIN_REFUSED', 'NOT_FOUND', 'TOO_MANY_REQUESTS')
  async test(@Param() { id }: IdPath, @CurrentAdministrator() administrator: Administrator): Promise<DeliveryAnswer> {
    return DeliveryAnswer.of(await this.tester.test(await this.webhook(administrator, id)));
  }

  /** The log of deliveries, newest first. Those delivered or dead are kept for 30 days by default. */
  @ForAdministrators('admin', ['auditor'])
  @Get('deliveries')
  @ApiOkResponse({ type: DeliveriesAnswer, description: 'One page of them.' })
  @Refuses('VALIDATION_FAILED', 'NOT_FOUND')
  async list(
    @Param() { id }: IdPath,
    @Query() { limit = 50, after, status }: DeliveriesQuery,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<DeliveriesAnswer> {
    await this.webhook(administrator, id);
    const found = await this.log.list(id, limit + 1, after, status);
    const page = found.slice(0, limit);
    return {
      deliveries: page.map((delivery) => DeliveryAnswer.of(delivery)),
      next: found.length > limit ? page.at(-1)!.id : null,
    };
  }

  /** Send all dead letters again, the oldest first, with three days ahead of them. At most a thousand at once. */
  @Post('deliveries/replay')
  @HttpCode(200)
  @ApiOkResponse({ type: ReplayedAnswer, description: 'They are due again.' })
  @Refuses('VALIDATION_FAILED', 'ORIGIN_REFUSED', 'NOT_FOUND')
  async replayDead(
    @Param() { id }: IdPath,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<ReplayedAnswer> {
    await this.webhook(administrator, id);
    return { replayed: await this.log.replayDead(id) };
  }

  /** Send one again, whatever became of it, with the same `webhook-id`. */
  @Post('deliveries/:deliveryId/replay')
  @HttpCode(200)
  @ApiOkResponse({ type: DeliveryAnswer, description: 'It is due again.' })
  @Refuses('VALIDATION_FAILED', 'ORIGIN_REFUSED', 'NOT_FOUND')
  async replay(
    @Param() { id, deliveryId }: DeliveryPath,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<DeliveryAnswer> {
    await this.webhook(administrator, id);
    return DeliveryAnswer.of(await this.log.replay(id, deliveryId));
  }

  private async webhook(administrator: Administrator, id: string): Promise<KnownEndpoint> {
    return this.webhooks.get(await this.administered.bounds(administrator), id);
  }
}
