import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiExtraModels, ApiOkResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Act } from '../../auth/act.decorator.js';
import type { Administrator } from '../../auth/administrator.js';
import { roleMissing } from '../../auth/administrator.guard.js';
import { CurrentAdministrator, ForAdministrators } from '../../auth/for-administrators.decorator.js';
import { scopeMissing } from '../../auth/required-scope.guard.js';
import { Refuses, UNREADABLE } from '../../errors/refuses.decorator.js';
import { allowLonger } from '../../http/deadlines.js';
import { EndSessionsBody } from './application-ending.dto.js';
import { DryRunAnswer, EndByFilterBody, EndedByFilterAnswer, EveryoneEndedAnswer } from './end-by-filter.dto.js';
import { EndByFilterService } from './end-by-filter.service.js';
import { JobAnswer } from './jobs.dto.js';

/** Finding few among millions takes longer than other answers may, the first time and the second. */
const SEARCHING_MS = 20_000;

/** What Swagger UI offers: looking first. */
const BODIES = {
  dryRun: { summary: 'What would end', value: { filter: { address: '203.0.113.0/24' }, dryRun: true } },
  idle: { summary: 'What would end: idle for half an hour', value: { filter: { idleForMs: 1_800_000 }, dryRun: true } },
  end: {
    summary: 'End them',
    value: {
      filter: { address: '203.0.113.0/24' },
      confirmation: 'mZ0vYw0zB7gB5n3xWl8w1fJcT2Qd9rKXq6hUe4sLkPo',
      reason: 'Logins from a leaked list',
    },
  },
};

/** Ending very many sessions. */
@ApiTags('Administration')
@Controller('api/v1/admin/sessions')
@ForAdministrators('sessions')
export class EndByFilterController {
  constructor(private readonly endings: EndByFilterService) {}

  /**
   * End sessions by filter. It takes two calls: the dry run says what would end and gives a confirmation, the second call
   * brings that back with the same filter and a reason. It ends what the dry run saw: sessions that start later are not hit,
   * and `idleForMs` counts back from the dry run. Up to 1,000 end before the answer, more of them in a job. Needs a login of
   * the last five minutes.
   */
  @Post('end')
  @Act('sessions.endByFilter')
  @HttpCode(200)
  @ApiExtraModels(DryRunAnswer, EndedByFilterAnswer)
  @ApiBody({ type: EndByFilterBody, examples: BODIES })
  @ApiOkResponse({
    schema: { oneOf: [{ $ref: getSchemaPath(DryRunAnswer) }, { $ref: getSchemaPath(EndedByFilterAnswer) }] },
    description: 'What would end, or that it has ended: on every node, your own session too if it is one of them.',
  })
  @ApiAcceptedResponse({ type: JobAnswer, description: 'They are ending; `Location` is the job.' })
  @Refuses(
    ...UNREADABLE,
    roleMissing('admin'),
    scopeMissing('sessions'),
    'ORIGIN_REFUSED',
    'LOGIN_STALE',
    'NOT_FOUND',
    'CONFIRMATION_INVALID',
  )
  async end(
    @Body() { filter, dryRun, confirmation, reason }: EndByFilterBody,
    @CurrentAdministrator() administrator: Administrator,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DryRunAnswer | EndedByFilterAnswer | JobAnswer> {
    allowLonger(request, SEARCHING_MS);
    if (dryRun) return this.endings.dryRun(administrator, filter);
    const consent = { confirmation: confirmation!, reason: reason! };
    const job = await this.endings.end(administrator, filter, consent);
    if (job.status !== 'running') return { ended: job.done, jobId: job.id };
    void reply.status(202).header('location', `/api/v1/admin/jobs/${job.id}`);
    return JobAnswer.of(job);
  }

  /** Log everyone of every application out, at once. Needs a login of the last five minutes; takes as long for a million sessions as for one. */
  @Post('end-all')
  @Act('sessions.endEveryone')
  @HttpCode(200)
  @ApiOkResponse({
    type: EveryoneEndedAnswer,
    description: 'Ended: every session there is, your own too. New logins live.',
  })
  @Refuses(...UNREADABLE, roleMissing('admin'), scopeMissing('sessions'), 'ORIGIN_REFUSED', 'LOGIN_STALE')
  endEveryone(
    @Body() { reason }: EndSessionsBody,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<EveryoneEndedAnswer> {
    return this.endings.endEveryone(administrator, reason);
  }
}
