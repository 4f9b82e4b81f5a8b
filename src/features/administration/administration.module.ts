import { Module } from '@nestjs/common';
import { ApplicationModule } from '../../application/application.module.js';
import { AuthModule } from '../../auth/auth.module.js';
import { SessionModule } from '../../session/session.module.js';
import { ServiceKeyModule } from '../../service-key/service-key.module.js';
import { UserModule } from '../../user/user.module.js';
import { AdministrationService } from './administration.service.js';
import { ApplicationsController } from './applications.controller.js';
import { KeyReach } from './key-reach.js';
import { ServiceKeysController } from './service-keys.controller.js';
import { UsersController } from './users.controller.js';

/** What administrators do. */
@Module({
  imports: [AuthModule, ApplicationModule, UserModule, SessionModule, ServiceKeyModule],
  controllers: [UsersController, ApplicationsController, ServiceKeysController],
  providers: [AdministrationService, KeyReach],
})
export class AdministrationModule {}
