import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module.js';
import { ENVIRONMENT } from '../../environment/environment.module.js';
import type { Environment } from '../../environment/environment.js';
import { SessionModule } from '../../session/session.module.js';
import { ForwardAuthController } from './forward-auth.controller.js';
import { ForwardAuthStrategy } from './forward-auth.strategy.js';
import { LoginPage } from './login-page.js';
import { OriginalRequests } from './original-requests.js';

const loginPage = ({ LOGIN_PAGE, TRUST_PROXY }: Environment): LoginPage =>
  new LoginPage(LOGIN_PAGE, new OriginalRequests(TRUST_PROXY));

/** Proxies ask here whether a request may pass, and who sent it. */
@Module({
  imports: [AuthModule, SessionModule],
  controllers: [ForwardAuthController],
  providers: [ForwardAuthStrategy, { provide: LoginPage, inject: [ENVIRONMENT], useFactory: loginPage }],
})
export class ForwardAuthModule {}
