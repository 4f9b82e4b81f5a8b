import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { JOB_KINDS, JOB_STATUSES, type Job, type JobKind, type JobStatus } from '../../job/job.js';
import { SessionFilterQuery } from './session-filter.dto.js';

/** Something that takes longer than an answer may. */
export class JobAnswer {
  /** @example '019aa3f2-9e3f-7f5c-8d3b-4b6c7d8e9fa0' */
  id!: string;
  /** @example 'end_sessions' */
  @IsIn(JOB_KINDS) kind!: JobKind;
  /** Nothing more is ended by one that is not `running`. @example 'running' */
  @IsIn(JOB_STATUSES) status!: JobStatus;
  /** As it was asked. */
  @ApiProperty({ type: SessionFilterQuery, example: { address: '203.0.113.0/24' } })
  filter!: Record<string, unknown>;
  /** @example 'Logins from a leaked list' */
  reason!: string;
  /** The administrator who confirmed it; null where a service did. @example '019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80' */
  byUserId!: string | null;
  /** @example '019aa3f2-8d2f-7e4b-8c2a-3a5b6c7d8e9f' */
  bySessionId!: string | null;
  /** The key of the service that confirmed it. @example null */
  byKeyId!: string | null;
  /** Sessions at the dry run; of a deletion users and sessions. @example 100000 */
  total!: number;
  /** So many of them ended by this job. Those that ended otherwise meanwhile are missing, also when it is done. @example 20000 */
  done!: number;
  /** On the average. @example 4800 */
  perSecond!: number;
  /** At this rate; null where it is not running, or has done nothing yet. @example 17 */
  secondsLeft!: number | null;
  /** @example '2026-11-20T18:00:00.000Z' */
  startedAt!: string;
  /** @example null */
  endedAt!: string | null;
  /** Of a job that failed. @example null */
  fault!: string | null;

  static of(job: Job): JobAnswer {
    const { id, kind, status, filter, reason, by, total, done, seconds, startedAt, endedAt, fault } = job;
    const rate = seconds > 0 ? done / seconds : 0;
    const isUnderWay = status === 'running' && rate > 0;
    const person = 'keyId' in by ? undefined : by;
    return {
      id,
      kind,
      status,
      filter,
      reason: reason!,
      byUserId: person?.userId ?? null,
      bySessionId: person?.sessionId ?? null,
      byKeyId: 'keyId' in by ? by.keyId : null,
      total,
      done,
      perSecond: Math.round(rate),
      secondsLeft: isUnderWay ? Math.ceil(Math.max(0, total - done) / rate) : null,
      startedAt: startedAt!,
      endedAt,
      fault,
    };
  }
}

export class JobsAnswer {
  jobs!: JobAnswer[];
  /** Goes into `after` for the next page; null on the last one. @example null */
  next!: string | null;
}
