import { Module } from '@nestjs/common';
import { ApplicationModule } from '../../application/application.module.js';
import { ENVIRONMENT } from '../../environment/environment.module.js';
import type { Environment } from '../../environment/environment.js';
import { AuthModule } from '../../auth/auth.module.js';
import { SessionModule } from '../../session/session.module.js';
import { ServiceKeyModule } from '../../service-key/service-key.module.js';
import { UserModule } from '../../user/user.module.js';
import { AdministrationService } from './administration.service.js';
import { ApplicationsController } from './applications.controller.js';
import { PasswordPageAddress } from './password-page-address.js';
import { ServiceKeysController } from './service-keys.controller.js';
import { UserLinksController } from './user-links.controller.js';
import { UsersController } from './users.controller.js';

const passwordPage = ({ PASSWORD_PAGE, BASE_URL }: Environment): PasswordPageAddress =>
  new PasswordPageAddress(PASSWORD_PAGE ?? `${BASE_URL}/password`);

/** What administrators do. */
@Module({
  imports: [AuthModule, ApplicationModule, UserModule, SessionModule, ServiceKeyModule],
  controllers: [UsersController, UserLinksController, ApplicationsController, ServiceKeysController],
  providers: [AdministrationService, { provide: PasswordPageAddress, inject: [ENVIRONMENT], useFactory: passwordPage }],
})
export class AdministrationModule {}
