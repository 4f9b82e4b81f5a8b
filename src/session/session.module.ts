import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ENVIRONMENT } from '../environment/environment.module.js';
import type { Environment } from '../environment/environment.js';
import { Store } from '../database/store.js';
import { Arrivals } from './arrivals.js';
import { PersonalTraces } from './personal-traces.js';
import { SessionStarts } from './session-starts.js';
import { PolicyPreview } from './policy-preview.js';
import { SessionCensus } from './session-census.js';
import { SessionChecks } from './session-checks.js';
import { SessionDeeds } from './session-deeds.js';
import { SessionEndings } from './session-endings.js';
import { SessionEvent } from './session-event.entity.js';
import { SessionSweeper } from './session-sweeper.js';
import { SessionToucher } from './session-toucher.js';
import { Session } from './session.entity.js';
import { SessionSearch } from './session-search.js';
import { SessionHistory } from './session-history.js';
import { SessionRepository } from './session.repository.js';
import { SessionService } from './session.service.js';

const traces = ({ ERASE_DELETED_USERS }: Environment, store: Store): PersonalTraces =>
  new PersonalTraces(ERASE_DELETED_USERS === 'on', store);

/**
 * Two doors: SessionService for whoever has a session, SessionDeeds for those who end the sessions of others. And windows,
 * through which nothing is changed: SessionSearch, SessionHistory, SessionCensus, PolicyPreview. PersonalTraces is what goes
 * with a deleted user.
 */
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
    { provide: PersonalTraces, inject: [ENVIRONMENT, Store], useFactory: traces },
    SessionDeeds,
    SessionSearch,
    SessionHistory,
    SessionCensus,
    PolicyPreview,
  ],
  exports: [SessionService, SessionDeeds, SessionSearch, SessionHistory, SessionCensus, PolicyPreview, PersonalTraces],
})
export class SessionModule {}
