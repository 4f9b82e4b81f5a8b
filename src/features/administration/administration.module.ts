import { Module } from '@nestjs/common';
import { SessionModule } from '../../session/session.module.js';
import { UserModule } from '../../user/user.module.js';
import { AdministrationService } from './administration.service.js';
import { UsersController } from './users.controller.js';

/** What administrators do. */
@Module({ imports: [UserModule, SessionModule], controllers: [UsersController], providers: [AdministrationService] })
export class AdministrationModule {}
