import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Store } from '../database/store.js';
import { ENVIRONMENT } from '../environment/environment.module.js';
import type { Environment } from '../environment/environment.js';
import { EventLog } from './event-log.js';
import { EventLogState } from './event-log-state.entity.js';
import { EventPruner } from './event-pruner.js';
import { EventRestoration } from './event-restoration.js';

/** One door: EventLog. */
@Module({
  imports: [TypeOrmModule.forFeature([EventLogState])],
  providers: [
    EventLog,
    EventRestoration,
    {
      provide: EventPruner,
      inject: [Store, ENVIRONMENT],
      useFactory: (store: Store, { EVENT_RETENTION }: Environment) => new EventPruner(store, EVENT_RETENTION),
    },
  ],
  exports: [EventLog],
})
export class EventModule {}
