import type { Run } from '../database/store.js';
import type { FoundSession, SessionPlace } from '../session/filtered-endings.js';
import type { Job } from './job.js';

/** What one transaction did of a job, and where the next begins. */
export interface JobStep {
  readonly done: number;
  readonly place: SessionPlace | null;
  readonly isLast: boolean;
}

/** What is next of a job; `isEnd` where nothing comes behind it. */
export interface FoundBatch {
  readonly sessions: FoundSession[];
  readonly isEnd: boolean;
}

/** What a kind of job consists of. Each part runs in a transaction that also keeps what it did: both or neither. */
export interface JobWork {
  /** What takes effect with the answer that accepts the job; all of it, where it is little. */
  begin(job: Job, run: Run): Promise<JobStep>;
  /** Looks for what is next, and holds nothing. */
  find(job: Job, run: Run): Promise<FoundBatch>;
  /** Does a batch of it, while the job's row is held. */
  take(job: Job, found: FoundBatch, run: Run): Promise<JobStep>;
}
