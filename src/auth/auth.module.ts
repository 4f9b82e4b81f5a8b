import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApplicationModule } from '../application/application.module.js';
import { ENVIRONMENT } from '../environment/environment.module.js';
import type { Environment } from '../environment/environment.js';
import { SessionModule } from '../session/session.module.js';
import { UserModule } from '../user/user.module.js';
import { Administered } from './administered.js';
import { AuthController } from './auth.controller.js';
import { AuthService } from './auth.service.js';
import { CredentialService } from './credential.service.js';
import { CsrfLogoutService } from './csrf-logout.service.js';
import { LocalStrategy } from './local.strategy.js';
import { LoginAttempts } from './login-attempt.entity.js';
import { LoginLimits } from './login-limits.js';
import { NativeTerms } from './native-terms.js';
import { NativeStrategy } from './native.strategy.js';
import { AdministratorStrategy } from './administrator.strategy.js';
import { ServiceStrategy } from './service.strategy.js';
import { ServiceKeyModule } from '../service-key/service-key.module.js';
import { OriginGate } from './origin.gate.js';
import { OwnUserService } from './own-user.service.js';
import { RecoveryService } from './recovery.service.js';
import { RedirectRule } from './redirect-rule.js';
import { RedirectService } from './redirect.service.js';
import { RegistrationService } from './registration.service.js';
import { RenewalController } from './renewal.controller.js';
import { nativeCookie } from './session-cookie.js';
import { RouteActs } from './route-acts.js';
import { SessionGuard } from './session.guard.js';
import { Strategies } from './strategies.js';
import { PasswordLinkService } from './password-link.service.js';
import { UserRemovalService } from './user-removal.service.js';
import { WireCallers } from './wire-callers.js';
import { WireEntries } from './wire-entries.js';

const nativeTerms = ({ SESSION_LIFETIME, SESSION_IDLE, isSecureContext }: Environment): NativeTerms =>
  new NativeTerms({ lifetimeMs: SESSION_LIFETIME, idleMs: SESSION_IDLE }, nativeCookie(isSecureContext));

/** One door: AuthService. Installs the guard before every route. */
@Module({
  imports: [ApplicationModule, UserModule, SessionModule, ServiceKeyModule, TypeOrmModule.forFeature([LoginAttempts])],
  controllers: [AuthController, RenewalController],
  providers: [
    Administered,
    AuthService,
    CredentialService,
    RegistrationService,
    RecoveryService,
    OwnUserService,
    PasswordLinkService,
    UserRemovalService,
    LoginLimits,
    LocalStrategy,
    NativeStrategy,
    ServiceStrategy,
    AdministratorStrategy,
    Strategies,
    { provide: NativeTerms, inject: [ENVIRONMENT], useFactory: nativeTerms },
    {
      provide: OriginGate,
      inject: [ENVIRONMENT],
      useFactory: ({ BASE_URL }: Environment) => new OriginGate(BASE_URL),
    },
    {
      provide: RedirectRule,
      inject: [ENVIRONMENT],
      useFactory: ({ BASE_URL }: Environment) => new RedirectRule(BASE_URL),
    },
    RedirectService,
    CsrfLogoutService,
    WireEntries,
    WireCallers,
    RouteActs,
    { provide: APP_GUARD, useClass: SessionGuard },
  ],
  exports: [
    Administered,
    AuthService,
    CsrfLogoutService,
    RedirectService,
    RegistrationService,
    RecoveryService,
    OwnUserService,
    PasswordLinkService,
    UserRemovalService,
    NativeTerms,
    Strategies,
    OriginGate,
    WireEntries,
    WireCallers,
  ],
})
export class AuthModule {}
