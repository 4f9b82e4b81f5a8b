import { Injectable } from '@nestjs/common';
import { Administered } from '../../auth/administered.js';
import { actorOf, type Administrator } from '../../auth/administrator.js';
import { refuseStale } from '../../auth/fresh-login.js';
import { DomainError } from '../../errors/domain.error.js';
import type { Job } from '../../job/job.js';
import { JobService, type Asker } from '../../job/job.service.js';
import { instantOf } from '../../session/instant.js';
import { SessionDeeds } from '../../session/session-deeds.js';
import type { SessionFilter } from '../../session/session-filter.js';
import { clientWords } from '../../session/user-agent.js';
import type { DryRunAnswer, EveryoneEndedAnswer } from './end-by-filter.dto.js';

/** What administrators end at one stroke: sessions by filter, and everyone. */
@Injectable()
export class EndByFilterService {
  constructor(
    private readonly administered: Administered,
    private readonly jobs: JobService,
    private readonly deeds: SessionDeeds,
  ) {}

  /** Ends nothing. Refuses VALIDATION_FAILED for a filter that means everyone, FORBIDDEN and NOT_FOUND for another application. */
  async dryRun(administrator: Administrator, filter: SessionFilter): Promise<DryRunAnswer> {
    const asker = await this.askerOf(administrator);
    const { sample, ...found } = await this.jobs.proposeEnding(await this.held(administrator, filter), asker);
    const shown = sample.map(({ ip, userAgent, ...session }) => ({
      ...session,
      ...clientWords(userAgent),
      address: ip,
      createdAt: instantOf(session.createdAt),
      lastSeenAt: instantOf(session.lastSeenAt),
    }));
    return { ...found, sample: shown };
  }

  /** Refuses LOGIN_STALE to people, CONFIRMATION_INVALID for what no dry run of this filter gave, and as `dryRun` does. */
  async end(
    administrator: Administrator,
    filter: SessionFilter,
    consent: { confirmation: string; reason: string },
  ): Promise<Job> {
    if ('person' in administrator) refuseStale(administrator.person);
    const held = await this.held(administrator, filter);
    return this.jobs.confirm('end_sessions', held, consent, await this.askerOf(administrator));
  }

  /** Refuses LOGIN_STALE to people, and FORBIDDEN to whoever is held to one application. */
  async endEveryone(administrator: Administrator, reason: string): Promise<EveryoneEndedAnswer> {
    await this.administered.all(administrator);
    if ('person' in administrator) refuseStale(administrator.person);
    const { endedAt, applications } = await this.deeds.endEveryone({ reason, by: actorOf(administrator) });
    return { applications, endedAt: instantOf(endedAt) };
  }

  private async askerOf(administrator: Administrator): Promise<Asker> {
    return { by: actorOf(administrator), boundTo: (await this.administered.bounds(administrator)) ?? null };
  }

  /** The filter, held to what the administrator may look after. */
  private async held(administrator: Administrator, filter: SessionFilter): Promise<SessionFilter> {
    if (Object.values(filter).every((value) => value === undefined)) throw meansEveryone();
    const { applicationId: asked } = filter;
    const applicationId =
      asked === undefined
        ? await this.administered.bounds(administrator)
        : await this.administered.application(administrator, asked);
    return { ...filter, ...(applicationId !== undefined && { applicationId }) };
  }
}

function meansEveryone(): DomainError {
  const message = 'must name at least one condition; POST /api/v1/admin/sessions/end-all ends everyone';
  return new DomainError('VALIDATION_FAILED', `filter: ${message}`, { faults: [{ field: 'filter', message }] });
}
