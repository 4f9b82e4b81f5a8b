import {
  Logger,
  Module,
  type DynamicModule,
  type FactoryProvider,
  type ModuleMetadata,
  type OnModuleDestroy,
} from '@nestjs/common';
import { CurfewClient } from '../curfew-client.js';
import { CurfewGuard } from './curfew.guard.js';
import { MODULE_OPTIONS, type CurfewModuleOptions } from './module-options.js';

/** Options that are known only once other providers are there. */
export interface CurfewModuleAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  inject?: FactoryProvider['inject'];
  useFactory: FactoryProvider<CurfewModuleOptions | Promise<CurfewModuleOptions>>['useFactory'];
}

/** Gives an application the CurfewGuard and the CurfewClient, everywhere; imported once. */
@Module({})
export class CurfewModule implements OnModuleDestroy {
  constructor(private readonly client: CurfewClient) {}

  /** `CurfewModule.forRoot({ url, serviceKey })`. Wrong options stop the start with a TypeError that names them. */
  static forRoot(options: CurfewModuleOptions): DynamicModule {
    return CurfewModule.forRootAsync({ useFactory: () => options });
  }

  /** The same with options from other providers, such as a ConfigService. */
  static forRootAsync({ imports = [], inject = [], useFactory }: CurfewModuleAsyncOptions): DynamicModule {
    return {
      module: CurfewModule,
      global: true,
      imports,
      providers: [
        { provide: MODULE_OPTIONS, inject, useFactory },
        { provide: CurfewClient, inject: [MODULE_OPTIONS], useFactory: clientOf },
        CurfewGuard,
      ],
      exports: [CurfewClient, CurfewGuard, MODULE_OPTIONS],
    };
  }

  /** Lets go of the connections to Curfew. */
  onModuleDestroy(): void {
    this.client.close();
  }
}

function clientOf(options: CurfewModuleOptions): CurfewClient {
  const logger = new Logger(CurfewModule.name);
  return new CurfewClient({ log: (message) => logger.error(message), ...options });
}
