import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventLog } from './event-log.js';
import { EventLogState } from './event-log-state.entity.js';

/** One door: EventLog. */
@Module({
  imports: [TypeOrmModule.forFeature([EventLogState])],
  providers: [EventLog],
  exports: [EventLog],
})
export class EventModule {}
