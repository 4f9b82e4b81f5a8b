import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Administered } from '../../auth/administered.js';
import type { Administrator } from '../../auth/administrator.js';
import { roleMissing } from '../../auth/administrator.guard.js';
import { CurrentAdministrator, ForAdministrators } from '../../auth/for-administrators.decorator.js';
import { scopeMissing } from '../../auth/required-scope.guard.js';
import { Refuses } from '../../errors/refuses.decorator.js';
import { IdPath } from '../../http/id-path.dto.js';
import { PageQuery } from '../../http/page.dto.js';
import { JobService } from '../../job/job.service.js';
import { JobAnswer, JobsAnswer } from './jobs.dto.js';

/** What was confirmed and takes long: how far it has come. They are kept as long as events. */
@ApiTags('Administration: sessions')
@Controller('api/v1/admin/jobs')
@ForAdministrators('sessions', ['auditor'])
export class JobsController {
  constructor(
    private readonly administered: Administered,
    private readonly jobs: JobService,
  ) {}

  /** The jobs, newest first. */
  @Get()
  @ApiOkResponse({ type: JobsAnswer, description: 'One page of them.' })
  @Refuses('VALIDATION_FAILED', roleMissing('admin', 'auditor'), scopeMissing('sessions'))
  async list(
    @Query() { limit = 50, after }: PageQuery,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<JobsAnswer> {
    const jobs = await this.jobs.list(await this.boundTo(administrator), limit + 1, after);
    const page = jobs.slice(0, limit);
    return { jobs: page.map((job) => JobAnswer.of(job)), next: jobs.length > limit ? page.at(-1)!.id : null };
  }

  /** One job. */
  @Get(':id')
  @ApiOkResponse({ type: JobAnswer, description: 'The job as it stands.' })
  @Refuses('VALIDATION_FAILED', roleMissing('admin', 'auditor'), scopeMissing('sessions'), 'NOT_FOUND')
  async read(@Param() { id }: IdPath, @CurrentAdministrator() administrator: Administrator): Promise<JobAnswer> {
    return JobAnswer.of(await this.jobs.get(await this.boundTo(administrator), id));
  }

  /** Stop a job that ends sessions. After the answer it ends none any more; what has ended stays so. A deletion goes on. */
  @Post(':id/stop')
  @HttpCode(200)
  @ForAdministrators('sessions')
  @ApiOkResponse({ type: JobAnswer, description: 'The job as it stands now: stopped, unless it had ended before.' })
  @Refuses('VALIDATION_FAILED', roleMissing('admin'), scopeMissing('sessions'), 'ORIGIN_REFUSED', 'NOT_FOUND')
  async stop(@Param() { id }: IdPath, @CurrentAdministrator() administrator: Administrator): Promise<JobAnswer> {
    return JobAnswer.of(await this.jobs.stop(await this.boundTo(administrator), id));
  }

  private async boundTo(administrator: Administrator): Promise<string | null> {
    return (await this.administered.bounds(administrator)) ?? null;
  }
}
