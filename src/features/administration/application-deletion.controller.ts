import { Controller, Delete, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Act } from '../../auth/act.decorator.js';
import type { Administrator } from '../../auth/administrator.js';
import { roleMissing } from '../../auth/administrator.guard.js';
import { CurrentAdministrator, ForAdministrators } from '../../auth/for-administrators.decorator.js';
import { scopeMissing } from '../../auth/required-scope.guard.js';
import { Refuses } from '../../errors/refuses.decorator.js';
import { allowLonger } from '../../http/deadlines.js';
import { IdPath } from '../../http/id-path.dto.js';
import { DeletionProposalAnswer, DeletionQuery } from './application-deletion.dto.js';
import { ApplicationDeletion } from './application-deletion.service.js';
import { JobAnswer } from './jobs.dto.js';

const COUNTING_MS = 20_000;

/** Deleting an application with all that it holds, in two calls. */
@ApiTags('Applications')
@Controller('api/v1/admin/applications/:id')
@ForAdministrators('admin')
export class ApplicationDeletionController {
  constructor(private readonly deletion: ApplicationDeletion) {}

  /** What would be deleted with an application, and the confirmation for doing it. Nothing is changed. */
  @Post('deletion')
  @Act('applications.proposeRemoval')
  @HttpCode(200)
  @ApiOkResponse({ type: DeletionProposalAnswer, description: 'What goes with it.' })
  @Refuses('VALIDATION_FAILED', roleMissing('admin'), scopeMissing('admin'), 'ORIGIN_REFUSED', 'NOT_FOUND')
  propose(
    @Param() { id }: IdPath,
    @CurrentAdministrator() administrator: Administrator,
    @Req() request: FastifyRequest,
  ): Promise<DeletionProposalAnswer> {
    allowLonger(request, COUNTING_MS);
    return this.deletion.propose(administrator, id);
  }

  /**
   * Delete an application with its users, sessions, records, keys and webhooks. With the answer it is disabled, its sessions
   * and service keys are dead; a job deletes the rest. Needs a confirmation and a login of the last five minutes. There is no
   * way back, and the first application is never deleted.
   */
  @Delete()
  @Act('applications.remove')
  @HttpCode(202)
  @ApiAcceptedResponse({ type: JobAnswer, description: 'Everyone is out, and the rest goes; `Location` is the job.' })
  @Refuses(
    'VALIDATION_FAILED',
    roleMissing('admin'),
    scopeMissing('admin'),
    'ORIGIN_REFUSED',
    'LOGIN_STALE',
    'NOT_FOUND',
    'CONFIRMATION_INVALID',
  )
  async remove(
    @Param() { id }: IdPath,
    @Query() consent: DeletionQuery,
    @CurrentAdministrator() administrator: Administrator,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobAnswer> {
    const job = await this.deletion.begin(administrator, id, consent);
    void reply.header('location', `/api/v1/admin/jobs/${job.id}`);
    return JobAnswer.of(job);
  }
}
