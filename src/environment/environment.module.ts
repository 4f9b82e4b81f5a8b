import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { Environment } from './environment.js';

/** Under this name modules find the settings; what they build from them is passed in. */
export const ENVIRONMENT = Symbol('environment');

@Global()
@Module({})
export class EnvironmentModule {
  static of(environment: Environment): DynamicModule {
    return {
      module: EnvironmentModule,
      providers: [{ provide: ENVIRONMENT, useValue: environment }],
      exports: [ENVIRONMENT],
    };
  }
}
