import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module.js';
import { PasswordController } from './password.controller.js';
import { PasswordPageController } from './password-page.controller.js';

/** People choose their password by a link. */
@Module({ imports: [AuthModule], controllers: [PasswordController, PasswordPageController] })
export class PasswordModule {}
