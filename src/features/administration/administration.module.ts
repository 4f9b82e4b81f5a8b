import { Module } from '@nestjs/common';
import { ApplicationModule } from '../../application/application.module.js';
import { HourlyCounts } from '../../audit/hourly-counts.js';
import { AuthModule } from '../../auth/auth.module.js';
import { JobModule } from '../../job/job.module.js';
import { SessionModule } from '../../session/session.module.js';
import { ServiceKeyModule } from '../../service-key/service-key.module.js';
import { UserModule } from '../../user/user.module.js';
import { AdministrationService } from './administration.service.js';
import { ApplicationDeletionController } from './application-deletion.controller.js';
import { ApplicationDeletion } from './application-deletion.service.js';
import { ApplicationsController } from './applications.controller.js';
import { KeyReach } from './key-reach.js';
import { SessionListsController } from './session-lists.controller.js';
import { SessionListsService } from './session-lists.service.js';
import { EndByFilterController } from './end-by-filter.controller.js';
import { EndByFilterService } from './end-by-filter.service.js';
import { JobsController } from './jobs.controller.js';
import { PolicyPreviewController } from './policy-preview.controller.js';
import { ServiceKeysController } from './service-keys.controller.js';
import { StatisticsController } from './statistics.controller.js';
import { StatisticsService } from './statistics.service.js';
import { UserSessionsEndingController } from './user-sessions-ending.controller.js';
import { UserSessionsEnding } from './user-sessions-ending.service.js';
import { UsersController } from './users.controller.js';

/** What administrators do. */
@Module({
  imports: [AuthModule, ApplicationModule, UserModule, SessionModule, ServiceKeyModule, JobModule],
  controllers: [
    SessionListsController,
    EndByFilterController,
    UsersController,
    UserSessionsEndingController,
    ApplicationsController,
    ApplicationDeletionController,
    ServiceKeysController,
    JobsController,
    PolicyPreviewController,
    StatisticsController,
  ],
  providers: [
    AdministrationService,
    SessionListsService,
    EndByFilterService,
    UserSessionsEnding,
    ApplicationDeletion,
    KeyReach,
    StatisticsService,
    HourlyCounts,
  ],
})
export class AdministrationModule {}
