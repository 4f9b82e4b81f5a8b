import { Injectable } from '@nestjs/common';
import { ApplicationDeletionWork } from './application-deletion-work.js';
import type { JobKind } from './job.js';
import type { JobWork } from './job-work.js';
import { SessionEndingWork } from './session-ending-work.js';

/** What each kind of job consists of. */
@Injectable()
export class JobWorks {
  private readonly works: Record<JobKind, JobWork>;

  constructor(endings: SessionEndingWork, deletions: ApplicationDeletionWork) {
    this.works = { end_sessions: endings, delete_application: deletions };
  }

  of(kind: JobKind): JobWork {
    return this.works[kind];
  }
}
