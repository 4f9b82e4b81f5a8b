import { Module } from '@nestjs/common';
import { ApplicationModule } from '../../application/application.module.js';
import { LoginRankings } from '../../audit/login-ranking.js';
import { StatisticsHours } from '../../audit/statistics-hours.js';
import { ENVIRONMENT } from '../../environment/environment.module.js';
import type { Environment } from '../../environment/environment.js';
import { AuthModule } from '../../auth/auth.module.js';
import { JobModule } from '../../job/job.module.js';
import { SessionModule } from '../../session/session.module.js';
import { ServiceKeyModule } from '../../service-key/service-key.module.js';
import { UserModule } from '../../user/user.module.js';
import { AdministrationService } from './administration.service.js';
import { ApplicationDeletionController } from './application-deletion.controller.js';
import { ApplicationDeletion } from './application-deletion.service.js';
import { ApplicationsController } from './applications.controller.js';
import { HistoryController } from './history.controller.js';
import { HistoryService } from './history.service.js';
import { AuditController } from './audit.controller.js';
import { KeyReach } from './key-reach.js';
import { EndByFilterController } from './end-by-filter.controller.js';
import { EndByFilterService } from './end-by-filter.service.js';
import { JobsController } from './jobs.controller.js';
import { PolicyPreviewController } from './policy-preview.controller.js';
import { StatisticsController } from './statistics.controller.js';
import { StatisticsService } from './statistics.service.js';
import { PasswordPageAddress } from './password-page-address.js';
import { ServiceKeysController } from './service-keys.controller.js';
import { SessionListsController } from './session-lists.controller.js';
import { SessionListsService } from './session-lists.service.js';
import { UserAdministrationService } from './user-administration.service.js';
import { UserImportController } from './user-import.controller.js';
import { UserImportService } from './user-import.service.js';
import { UserListsService } from './user-lists.service.js';
import { UserLinksController } from './user-links.controller.js';
import { UserSessionsEndingController } from './user-sessions-ending.controller.js';
import { UserSessionsEnding } from './user-sessions-ending.service.js';
import { UsersController } from './users.controller.js';

const passwordPage = ({ PASSWORD_PAGE, BASE_URL }: Environment): PasswordPageAddress =>
  new PasswordPageAddress(PASSWORD_PAGE ?? `${BASE_URL}/password`);

/** What administrators do. */
@Module({
  imports: [AuthModule, ApplicationModule, UserModule, SessionModule, ServiceKeyModule, JobModule],
  controllers: [
    SessionListsController,
    HistoryController,
    EndByFilterController,
    UsersController,
    UserImportController,
    UserLinksController,
    UserSessionsEndingController,
    ApplicationsController,
    ApplicationDeletionController,
    ServiceKeysController,
    AuditController,
    JobsController,
    PolicyPreviewController,
    StatisticsController,
  ],
  providers: [
    AdministrationService,
    UserAdministrationService,
    UserListsService,
    UserImportService,
    SessionListsService,
    HistoryService,
    EndByFilterService,
    UserSessionsEnding,
    ApplicationDeletion,
    KeyReach,
    StatisticsService,
    StatisticsHours,
    LoginRankings,
    { provide: PasswordPageAddress, inject: [ENVIRONMENT], useFactory: passwordPage },
  ],
})
export class AdministrationModule {}
