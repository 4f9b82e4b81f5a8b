import { Global, Module, type DynamicModule } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { BackgroundStore } from './background-store.js';
import { LongQuestions } from './long-questions.js';
import { createDataSource, dataSourceOptions, primaryOf } from './postgres.options.js';
import { PrimaryWatch } from './primary-watch.js';
import { Store } from './store.js';

/** Opens the database; entities arrive module by module. */
@Global()
@Module({})
export class DatabaseModule {
  static forRoot(url: string, isPooled: boolean): DynamicModule {
    const typeOrm = TypeOrmModule.forRootAsync({
      useFactory: () => ({ ...dataSourceOptions(url, {}, isPooled), autoLoadEntities: true, retryAttempts: 1 }),
      dataSourceFactory: async (options) => createDataSource(options!).initialize(),
    });
    const store = {
      provide: Store,
      inject: [getDataSourceToken()],
      useFactory: (dataSource: DataSource) => new Store(url, dataSource, isPooled),
    };
    const background = { provide: BackgroundStore, useFactory: () => new BackgroundStore(url, isPooled) };
    const watch = { provide: PrimaryWatch, useFactory: () => new PrimaryWatch(primaryOf(url)) };
    return {
      module: DatabaseModule,
      imports: [typeOrm],
      providers: [watch, store, background, LongQuestions],
      exports: [Store, BackgroundStore, LongQuestions],
    };
  }
}
