import { Injectable } from '@nestjs/common';
import { hash, randomBytes } from 'node:crypto';
import { v7 as freshId } from 'uuid';
import { Store, type Run } from '../database/store.js';
import { DomainError } from '../errors/domain.error.js';
import { columnsOf } from '../session/deed.js';
import { instantOf } from '../session/instant.js';
import type { EndedBy } from '../session/principal.js';
import { SessionDeeds, type FilteredCount, type SampleSession } from '../session/session-deeds.js';
import type { SessionFilter } from '../session/session-filter.js';
import { COUNT } from './application-deletion.js';
import { jobOf, type Job, type JobKind } from './job.js';
import * as sql from './job-statements.js';
import { JobWorker } from './job-worker.js';
import { JobWorks } from './job-works.js';
import { LongCounts } from './long-counts.js';

/** Who asks, and the one application to which they are held; null where it is every one. */
export interface Asker {
  readonly by: EndedBy;
  readonly boundTo: string | null;
}

/** What was proposed, and what confirms it: shown once. */
export interface Proposal {
  readonly confirmation: string;
  readonly confirmationExpiresAt: string;
}

type Proposed = Proposal & FilteredCount & { readonly sample: SampleSession[] };
const SAMPLE = 10;

/** Proposes what cannot be taken back, does what was confirmed, and tells how far it has come. */
@Injectable()
export class JobService {
  private readonly counts: LongCounts;

  constructor(
    private readonly store: Store,
    private readonly deeds: SessionDeeds,
    private readonly works: JobWorks,
    private readonly worker: JobWorker,
  ) {
    this.counts = new LongCounts(store);
  }

  /**
   * What a filter means now; nothing is ended. The set stays as it is until it is confirmed: what starts later is not in it.
   * Refuses OVERLOADED where too many count already.
   */
  proposeEnding(filter: SessionFilter, asker: Asker): Promise<Proposed> {
    const own = 'keyId' in asker.by ? null : asker.by.sessionId;
    return this.counts.run(async (run) => {
      const target = await this.deeds.pin(filter, run);
      const found = await this.deeds.count(target, own, run);
      const sample = await this.deeds.sample(target, SAMPLE, run);
      return {
        ...found,
        sample,
        ...(await this.propose('end_sessions', { filter, target }, [found.count, found.users], asker, run)),
      };
    });
  }

  /** What goes with an application; nothing is deleted. Refuses as `proposeEnding` does. */
  proposeDeletion(
    applicationId: string,
    asker: Asker,
  ): Promise<Proposal & Record<'users' | 'sessions' | 'keys', number>> {
    return this.counts.run(async (run) => {
      const [row] = await run(COUNT, [applicationId]);
      const [users, sessions, keys] = row!.map(Number) as [number, number, number];
      const what = { filter: { applicationId }, target: {} };
      const proposal = await this.propose('delete_application', what, [users + sessions, users], asker, run);
      return { users, sessions, keys, ...proposal };
    });
  }

  /**
   * Does what was proposed by the same asker with this very filter, at once where it is little; a job that goes on is running.
   * Refuses CONFIRMATION_INVALID, and does nothing then.
   */
  async confirm(
    kind: JobKind,
    filter: object,
    { confirmation, reason }: { confirmation: string; reason: string },
    { by, boundTo }: Asker,
  ): Promise<Job> {
    const values = [hashOf(confirmation), kind, JSON.stringify(filter), boundTo, ...columnsOf(by), reason];
    const job = await this.store.transaction(async ({ run }) => {
      const [confirmed] = await run(sql.CONFIRM, values);
      if (!confirmed) throw confirmationInvalid();
      const { done, place, isLast } = await this.works.of(kind).begin(jobOf(confirmed), run);
      const [row] = await run(sql.ADVANCE, [jobOf(confirmed).id, done, JSON.stringify(place), isLast]);
      return jobOf(row!);
    });
    if (job.status === 'running') this.worker.wake();
    return job;
  }

  /** Newest first; `before` is the id of the last one already seen. */
  async list(boundTo: string | null, limit: number, before?: string): Promise<Job[]> {
    return (await this.store.run(sql.LIST, [boundTo, before ?? null, limit])).map(jobOf);
  }

  /** Refuses NOT_FOUND. */
  async get(boundTo: string | null, id: string): Promise<Job> {
    const [row] = await this.store.run(sql.GET, [boundTo, id]);
    if (!row) throw new DomainError('NOT_FOUND', 'No such job.');
    return jobOf(row);
  }

  /** Nothing more is ended after the answer; what ended already stays so. Refuses NOT_FOUND, and FORBIDDEN for a deletion. */
  async stop(boundTo: string | null, id: string): Promise<Job> {
    const { kind } = await this.get(boundTo, id);
    if (kind === 'delete_application')
      throw new DomainError('FORBIDDEN', 'A deletion that has begun goes on to its end.');
    await this.store.run(sql.STOP, [id]);
    return this.get(boundTo, id);
  }

  private async propose(
    kind: JobKind,
    { filter, target }: { filter: object; target: object },
    [total, users]: [number, number],
    { by, boundTo }: Asker,
    run: Run,
  ): Promise<Proposal> {
    const confirmation = randomBytes(32).toString('base64url');
    const what = [freshId(), kind, boundTo, JSON.stringify(filter), JSON.stringify(target)];
    const [row] = await run(sql.PROPOSE, [...what, ...columnsOf(by), total, users, hashOf(confirmation)]);
    return { confirmation, confirmationExpiresAt: instantOf(row![0]!) };
  }
}

function hashOf(confirmation: string): Buffer {
  return hash('sha256', confirmation, 'buffer');
}

function confirmationInvalid(): DomainError {
  return new DomainError(
    'CONFIRMATION_INVALID',
    'This confirms nothing: it was used, is older than five minutes, or belongs to another filter or caller. Nothing was done; make the dry run again.',
  );
}
