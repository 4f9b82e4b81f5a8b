import { Module } from '@nestjs/common';
import { EventModule } from '../../event/event.module.js';
import { HealthModule } from '../../health/health.module.js';
import { ServiceKeyModule } from '../../service-key/service-key.module.js';
import { EventFeed } from './event-feed.js';
import { EventListeners } from './event-listeners.js';
import { EventsController } from './events.controller.js';
import { EventsService } from './events.service.js';
import { ListenerKeys } from './listener-keys.js';
import { ListenerRefusals } from './listener-refusals.js';

/** What happened to sessions, told to services. */
@Module({
  imports: [EventModule, ServiceKeyModule, HealthModule],
  controllers: [EventsController],
  providers: [EventsService, EventListeners, EventFeed, ListenerKeys, ListenerRefusals],
})
export class EventsModule {}
