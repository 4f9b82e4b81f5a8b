import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module.js';
import { SessionModule } from '../../session/session.module.js';
import { SessionsController } from './sessions.controller.js';

/** The caller's own sessions. */
@Module({ imports: [AuthModule, SessionModule], controllers: [SessionsController] })
export class SessionsModule {}
