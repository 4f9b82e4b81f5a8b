import { Module } from '@nestjs/common';
import { ApplicationModule } from '../../application/application.module.js';
import { AuthModule } from '../../auth/auth.module.js';
import { RecordModule } from '../../record/record.module.js';
import { SessionModule } from '../../session/session.module.js';
import { UserModule } from '../../user/user.module.js';
import { RestedCallers } from './rested-callers.js';
import { RestedMasterGuard } from './rested-master.guard.js';
import { RestedRecords } from './rested-records.js';
import { RestedSessions } from './rested-sessions.js';
import { RestedTerms } from './rested-terms.js';
import { RestedUsers } from './rested-users.js';
import { RestedWarning } from './rested-warning.js';
import { RestedController } from './rested.controller.js';
import { RestedStrategy } from './rested.strategy.js';

/** The Rested wire. */
@Module({
  imports: [ApplicationModule, AuthModule, SessionModule, UserModule, RecordModule],
  controllers: [RestedController],
  providers: [
    RestedStrategy,
    { provide: RestedTerms, useFactory: () => new RestedTerms() },
    RestedMasterGuard,
    RestedCallers,
    RestedSessions,
    RestedUsers,
    RestedRecords,
    RestedWarning,
  ],
})
export class RestedModule {}
