import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module.js';
import { WebhookModule } from '../../webhook/webhook.module.js';
import { WebhookDeliveriesController } from './webhook-deliveries.controller.js';
import { WebhooksController } from './webhooks.controller.js';

/** Webhooks and their deliveries, for administrators. */
@Module({ imports: [AuthModule, WebhookModule], controllers: [WebhooksController, WebhookDeliveriesController] })
export class WebhooksModule {}
