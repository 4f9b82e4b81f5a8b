import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Arrivals } from './arrivals.js';
import { SessionStarts } from './session-starts.js';
import { SessionChecks } from './session-checks.js';
import { SessionEndings } from './session-endings.js';
import { SessionEvent } from './session-event.entity.js';
import { SessionSweeper } from './session-sweeper.js';
import { SessionToucher } from './session-toucher.js';
import { Session } from './session.entity.js';
import { SessionSearch } from './session-search.js';
import { SessionRepository } from './session.repository.js';
import { SessionService } from './session.service.js';

/** One door: SessionService. And a window, through which nothing is changed: SessionSearch. */
@Module({
  imports: [TypeOrmModule.forFeature([Session, SessionEvent])],
  providers: [
    SessionRepository,
    SessionStarts,
    SessionChecks,
    Arrivals,
    SessionEndings,
    SessionToucher,
    SessionSweeper,
    SessionService,
    SessionSearch,
  ],
  exports: [SessionService, SessionSearch],
})
export class SessionModule {}
