import { Module, type DynamicModule } from '@nestjs/common';
import { AuthModule } from './auth/auth.module.js';
import { DittofiModule } from './contracts/dittofi/dittofi.module.js';
import { DatabaseModule } from './database/database.module.js';
import { EnvironmentModule } from './environment/environment.module.js';
import type { ContractName, Environment } from './environment/environment.js';
import { AdministrationModule } from './features/administration/administration.module.js';
import { ProfileModule } from './features/profile/profile.module.js';
import { SessionsModule } from './features/sessions/sessions.module.js';
import { HealthModule } from './health/health.module.js';

/** Our own modules, in the order in which people read about them. */
export const OWN_MODULES = [AuthModule, ProfileModule, SessionsModule, AdministrationModule, HealthModule];
/** One module a wire. */
export const CONTRACT_MODULES = { dittofi: DittofiModule } satisfies Record<ContractName, unknown>;

/** The table of contents: every module, once. */
@Module({})
export class AppModule {
  static of(environment: Environment, databaseUrl: string): DynamicModule {
    const contracts = environment.CONTRACTS.map((name) => CONTRACT_MODULES[name]);
    return {
      module: AppModule,
      imports: [EnvironmentModule.of(environment), DatabaseModule.forRoot(databaseUrl), ...OWN_MODULES, ...contracts],
    };
  }
}
