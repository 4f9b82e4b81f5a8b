import { Module } from '@nestjs/common';
import { ApplicationModule } from '../../application/application.module.js';
import { AuthModule } from '../../auth/auth.module.js';
import { UserModule } from '../../user/user.module.js';
import { BackendlessRolesController } from './backendless-roles.controller.js';
import { BackendlessStartController } from './backendless-start.controller.js';
import { BackendlessUsersController } from './backendless-users.controller.js';
import { BackendlessController } from './backendless.controller.js';
import { BackendlessStrategy } from './backendless.strategy.js';

/** The Backendless wire. */
@Module({
  imports: [ApplicationModule, AuthModule, UserModule],
  controllers: [
    BackendlessController,
    BackendlessUsersController,
    BackendlessRolesController,
    BackendlessStartController,
  ],
  providers: [BackendlessStrategy],
})
export class BackendlessModule {}
