import { Injectable } from '@nestjs/common';
import type { Run } from '../database/store.js';
import type { FilteredSessions, FoundSession } from '../session/filtered-endings.js';
import { SessionDeeds } from '../session/session-deeds.js';
import { deedOf, type Job } from './job.js';
import type { JobStep, JobWork } from './job-work.js';

/** So many are ended before the answer; more of them by and by. */
const AT_ONCE = 1_000;
const BATCH = 200;

/** Ends the sessions that a filter means, newest first. */
@Injectable()
export class SessionEndingWork implements JobWork {
  constructor(private readonly deeds: SessionDeeds) {}

  async begin(job: Job, run: Run): Promise<JobStep> {
    const later = { done: 0, place: null, isLast: false };
    if (job.total > AT_ONCE) return later;
    const found = await this.deeds.find(meantBy(job), null, AT_ONCE + 1, run);
    return found.length > AT_ONCE ? later : { ...(await this.take(job, found, run)), isLast: true };
  }

  find(job: Job, run: Run): Promise<FoundSession[]> {
    return this.deeds.find(meantBy(job), job.place, BATCH, run);
  }

  async take(job: Job, found: FoundSession[], run: Run): Promise<JobStep> {
    const done = await this.deeds.end(found, meantBy(job), deedOf(job), run);
    return { done, place: found.at(-1)?.place ?? job.place, isLast: found.length < BATCH };
  }
}

function meantBy({ target }: Job): FilteredSessions {
  return target as unknown as FilteredSessions;
}
