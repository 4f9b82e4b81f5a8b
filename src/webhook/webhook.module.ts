import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BackgroundStore } from '../database/background-store.js';
import { ENVIRONMENT } from '../environment/environment.module.js';
import type { Environment } from '../environment/environment.js';
import { EventModule } from '../event/event.module.js';
import { AddressRule } from './address-rule.js';
import { WebhookClaims } from './webhook-claims.js';
import { WebhookCourier } from './webhook-courier.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';
import { WebhookKeeper } from './webhook-keeper.js';
import { WebhookListening } from './webhook-listening.js';
import { WebhookLog } from './webhook-log.js';
import { WebhookPost } from './webhook-post.js';
import { WebhookQueue } from './webhook-queue.js';
import { WebhookQuiet } from './webhook-quiet.js';
import { WebhookRegister } from './webhook-register.js';
import { WebhookRelayRow } from './webhook-relay.entity.js';
import { WebhookRelay } from './webhook-relay.js';
import { WebhookSender } from './webhook-sender.js';
import { WebhookTester } from './webhook-tester.js';
import { WebhookWorker } from './webhook-worker.js';

/** Tells endpoints what happened. WebhookRegister knows them, WebhookLog what they got, WebhookTester tries one. */
@Module({
  imports: [EventModule, TypeOrmModule.forFeature([WebhookEndpoint, WebhookDelivery, WebhookRelayRow])],
  providers: [
    {
      provide: AddressRule,
      inject: [ENVIRONMENT],
      useFactory: ({ WEBHOOK_ALLOWED_ADDRESSES }: Environment) => new AddressRule(WEBHOOK_ALLOWED_ADDRESSES),
    },
    {
      provide: WebhookSender,
      inject: [AddressRule],
      useFactory: (addresses: AddressRule) => new WebhookSender(addresses),
    },
    WebhookQueue,
    WebhookRelay,
    WebhookClaims,
    WebhookCourier,
    WebhookWorker,
    {
      provide: WebhookKeeper,
      inject: [BackgroundStore, WebhookQueue, ENVIRONMENT],
      useFactory: (store: BackgroundStore, queue: WebhookQueue, { EVENT_RETENTION }: Environment) =>
        new WebhookKeeper(store, queue, EVENT_RETENTION),
    },
    WebhookPost,
    WebhookListening,
    WebhookQuiet,
    WebhookRegister,
    WebhookLog,
    WebhookTester,
  ],
  exports: [WebhookRegister, WebhookLog, WebhookTester],
})
export class WebhookModule {}
