import { Module, type DynamicModule } from '@nestjs/common';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import type { Contract } from './contracts/contract.js';
import { BACKENDLESS_CONTRACT } from './contracts/backendless/backendless.contract.js';
import { DITTOFI_CONTRACT } from './contracts/dittofi/dittofi.contract.js';
import { ELVIS_CONTRACT } from './contracts/elvis/elvis.contract.js';
import { RESTED_CONTRACT } from './contracts/rested/rested.contract.js';
import { DatabaseModule } from './database/database.module.js';
import { EnvironmentModule } from './environment/environment.module.js';
import type { ContractName, Environment } from './environment/environment.js';
import { AdministrationModule } from './features/administration/administration.module.js';
import { EventsModule } from './features/events/events.module.js';
import { ForwardAuthModule } from './features/forward-auth/forward-auth.module.js';
import { IntrospectionModule } from './features/introspection/introspection.module.js';
import { OAuthModule } from './features/introspection/oauth.module.js';
import { PasswordModule } from './features/password/password.module.js';
import { ProfileModule } from './features/profile/profile.module.js';
import { SessionsModule } from './features/sessions/sessions.module.js';
import { WebhooksModule } from './features/webhooks/webhooks.module.js';
import { HealthModule } from './health/health.module.js';
import { HttpModule } from './http/http.module.js';

/** Our own modules, in the order in which people read about them. */
export const OWN_MODULES = [
  AuthModule,
  PasswordModule,
  ProfileModule,
  SessionsModule,
  IntrospectionModule,
  ForwardAuthModule,
  EventsModule,
  AdministrationModule,
  WebhooksModule,
  HealthModule,
];
/** What has a document of its own: its refusals look as OAuth 2.0 wants them. */
export const OAUTH_MODULE = OAuthModule;
/** The legacy wires. */
const CONTRACTS = {
  dittofi: DITTOFI_CONTRACT,
  backendless: BACKENDLESS_CONTRACT,
  rested: RESTED_CONTRACT,
  elvis: ELVIS_CONTRACT,
} satisfies Record<ContractName, Contract>;

/** Those that are on, in the order of the setting. */
export function contractsOf({ CONTRACTS: names }: Pick<Environment, 'CONTRACTS'>): Contract[] {
  return names.map((name) => CONTRACTS[name]);
}

/** The table of contents: every module, once. */
@Module({})
export class AppModule {
  static of(environment: Environment, databaseUrl: string, isPooled = false): DynamicModule {
    const contracts = contractsOf(environment).map(({ module }) => module);
    return {
      module: AppModule,
      imports: [
        EnvironmentModule.of(environment),
        DatabaseModule.forRoot(databaseUrl, isPooled),
        AuditModule,
        HttpModule,
        ...OWN_MODULES,
        OAUTH_MODULE,
        ...contracts,
      ],
    };
  }
}
