import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Store } from '../database/store.js';
import { ENVIRONMENT } from '../environment/environment.module.js';
import type { Environment } from '../environment/environment.js';
import { SessionModule } from '../session/session.module.js';
import { ApplicationDeletionWork } from './application-deletion-work.js';
import { JobPruner } from './job-pruner.js';
import { JobRow } from './job.entity.js';
import { JobService } from './job.service.js';
import { JobWorker } from './job-worker.js';
import { JobWorks } from './job-works.js';
import { SessionEndingWork } from './session-ending-work.js';

/** One door: JobService. */
@Module({
  imports: [TypeOrmModule.forFeature([JobRow]), SessionModule],
  providers: [
    SessionEndingWork,
    ApplicationDeletionWork,
    JobWorks,
    JobWorker,
    JobService,
    {
      provide: JobPruner,
      inject: [Store, ENVIRONMENT],
      useFactory: (store: Store, { EVENT_RETENTION }: Environment) => new JobPruner(store, EVENT_RETENTION),
    },
  ],
  exports: [JobService],
})
export class JobModule {}
