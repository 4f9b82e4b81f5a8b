import { Injectable } from '@nestjs/common';
import { ApplicationService } from '../../application/application.service.js';
import { Administered } from '../../auth/administered.js';
import { actorOf, type Administrator } from '../../auth/administrator.js';
import { refuseStale } from '../../auth/fresh-login.js';
import { DomainError } from '../../errors/domain.error.js';
import type { Job } from '../../job/job.js';
import { JobService } from '../../job/job.service.js';
import type { DeletionProposalAnswer } from './application-deletion.dto.js';

/** Deletes applications, for those who administer all: never the first one, to which they belong. */
@Injectable()
export class ApplicationDeletion {
  constructor(
    private readonly administered: Administered,
    private readonly applications: ApplicationService,
    private readonly jobs: JobService,
  ) {}

  /** Deletes nothing. Refuses NOT_FOUND, and FORBIDDEN for the first application. */
  async propose(administrator: Administrator, id: string): Promise<DeletionProposalAnswer> {
    await this.refuseUndeletable(administrator, id);
    return this.jobs.proposeDeletion(id, { by: actorOf(administrator), boundTo: null });
  }

  /** Everyone of it is out with the answer. Refuses as `propose` does, LOGIN_STALE to people, and CONFIRMATION_INVALID. */
  async begin(
    administrator: Administrator,
    id: string,
    consent: { confirmation: string; reason: string },
  ): Promise<Job> {
    await this.refuseUndeletable(administrator, id);
    if ('person' in administrator) refuseStale(administrator.person);
    const asker = { by: actorOf(administrator), boundTo: null };
    return this.jobs.confirm('delete_application', { applicationId: id }, consent, asker);
  }

  private async refuseUndeletable(administrator: Administrator, id: string): Promise<void> {
    await this.administered.all(administrator);
    if (!(await this.applications.exists(id))) throw new DomainError('NOT_FOUND', 'No such application.');
    if ((await this.applications.findHome())?.id === id)
      throw new DomainError('FORBIDDEN', 'The first application is never deleted.');
  }
}
