import { Injectable } from '@nestjs/common';
import type { Run } from '../database/store.js';
import { counted } from '../session/counted-endings.js';
import { settingOf } from '../session/deed.js';
import { arrayOf } from '../session/session-checks.js';
import { SessionDeeds } from '../session/session-deeds.js';
import * as sql from './application-deletion.js';
import { deedOf, type Job } from './job.js';
import type { FoundBatch, JobStep, JobWork } from './job-work.js';

const BATCH = 200;
const USERS = 50;
const GOES_ON = { place: null, isLast: false };

/** Deletes an application: everyone is out at once, then what it holds goes in batches, and last its row. */
@Injectable()
export class ApplicationDeletionWork implements JobWork {
  constructor(private readonly deeds: SessionDeeds) {}

  async begin(job: Job, run: Run): Promise<JobStep> {
    await this.deeds.endApplication(idOf(job), deedOf(job), run);
    for (const statement of sql.SHUT_OUT) await run(statement, [idOf(job)]);
    return { done: 0, ...GOES_ON };
  }

  find(): Promise<FoundBatch> {
    return Promise.resolve({ sessions: [], isEnd: false });
  }

  async take(job: Job, _: FoundBatch, run: Run): Promise<JobStep> {
    await run(sql.KEEP_OUT, [idOf(job)]);
    const rows = await run(sql.LOCK_USERS, [idOf(job), USERS]);
    if (rows.length > 0) return this.takeUsers(arrayOf(rows.map(([id]) => id!)), job, run);
    for (const statement of sql.DELETE_REST) {
      if ((await run(statement, [idOf(job), BATCH])).length > 0) return { done: 0, ...GOES_ON };
    }
    await run(sql.DELETE_APPLICATION, [idOf(job)]);
    return { done: 0, place: null, isLast: true };
  }

  // First their sessions, so that each leaves its event with its cause; those who have none left go themselves.
  private async takeUsers(userIds: string, job: Job, run: Run): Promise<JobStep> {
    const ending = run(sql.END_SESSIONS, [userIds, BATCH, settingOf(deedOf(job))]);
    const ended = await counted('user_deleted', run, ending);
    const deleted = ended < BATCH ? (await run(sql.DELETE_USERS, [userIds])).length : 0;
    return { done: ended + deleted, ...GOES_ON };
  }
}

function idOf({ filter }: Job): string {
  return filter['applicationId'] as string;
}
