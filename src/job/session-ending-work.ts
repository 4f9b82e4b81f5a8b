import { Injectable } from '@nestjs/common';
import type { Run } from '../database/store.js';
import type { FilteredSessions } from '../session/filtered-endings.js';
import { SessionDeeds } from '../session/session-deeds.js';
import { FoundAhead } from './found-ahead.js';
import { deedOf, type Job } from './job.js';
import type { FoundBatch, JobStep, JobWork } from './job-work.js';

/** So many are ended before the answer; more of them by and by. */
const AT_ONCE = 1_000;
const BATCH = 200;
/** So many are found by one search: it may have to look at everything that the filter means to find the newest. */
const AHEAD = 10_000;

/** Ends the sessions that a filter means, newest first. */
@Injectable()
export class SessionEndingWork implements JobWork {
  private readonly ahead = new FoundAhead();

  constructor(private readonly deeds: SessionDeeds) {}

  async begin(job: Job, run: Run): Promise<JobStep> {
    const later = { done: 0, place: null, isLast: false };
    if (job.total > AT_ONCE) return later;
    const sessions = await this.deeds.find(meantBy(job), null, AT_ONCE + 1, run);
    return sessions.length > AT_ONCE ? later : this.take(job, { sessions, isEnd: true }, run);
  }

  async find(job: Job, run: Run): Promise<FoundBatch> {
    const known = this.ahead.next(job, BATCH);
    if (known) return known;
    const sessions = await this.deeds.find(meantBy(job), job.place, AHEAD, run);
    this.ahead.keep(job, { sessions, isEnd: sessions.length < AHEAD });
    return this.ahead.next(job, BATCH) ?? { sessions: [], isEnd: true };
  }

  async take(job: Job, { sessions, isEnd }: FoundBatch, run: Run): Promise<JobStep> {
    const done = await this.deeds.end(sessions, meantBy(job), deedOf(job), run);
    return { done, place: sessions.at(-1)?.place ?? job.place, isLast: isEnd };
  }
}

function meantBy({ target }: Job): FilteredSessions {
  return target as unknown as FilteredSessions;
}
