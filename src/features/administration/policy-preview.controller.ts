import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { RouteConfig } from '@nestjs/platform-fastify';
import { Administered } from '../../auth/administered.js';
import type { Administrator } from '../../auth/administrator.js';
import { ChangesState } from '../../auth/changes-state.decorator.js';
import { CurrentAdministrator, ForAdministrators } from '../../auth/for-administrators.decorator.js';
import { tookTooLong } from '../../database/long-questions.js';
import { Refuses, UNREADABLE } from '../../errors/refuses.decorator.js';
import { IdPath } from '../../http/id-path.dto.js';
import { QUESTION } from '../../http/request-log.js';
import { PolicyPreview } from '../../session/policy-preview.js';
import { PolicyPreviewAnswer, PolicyPreviewBody } from './policy-preview.dto.js';

const PROPOSALS = {
  idle: { summary: 'Half an hour without use', value: { sessionIdle: 1_800 } },
  lifetime: { summary: 'A working day', value: { sessionLifetime: 28_800 } },
  parallel: { summary: 'Three at a time', value: { sessionLimit: 3 } },
};

/** What a policy would do, before it does. */
@ApiTags('Applications')
@Controller('api/v1/admin/applications/:id/policy')
export class PolicyPreviewController {
  constructor(
    private readonly administered: Administered,
    private readonly previews: PolicyPreview,
  ) {}

  /** Count whom other limits of an application would end. Changes nothing. */
  @Post('preview')
  @HttpCode(200)
  @ForAdministrators('admin', ['auditor'])
  @ChangesState(false)
  @RouteConfig(QUESTION)
  @ApiBody({ type: PolicyPreviewBody, examples: PROPOSALS })
  @ApiOkResponse({ type: PolicyPreviewAnswer, description: 'The numbers, exact and as of now.' })
  @Refuses(...UNREADABLE, 'FORBIDDEN', 'NOT_FOUND', tookTooLong())
  async preview(
    @Param() { id }: IdPath,
    @Body() proposal: PolicyPreviewBody,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<PolicyPreviewAnswer> {
    const application = await this.administered.application(administrator, id);
    return PolicyPreviewAnswer.of(proposal, await this.previews.of(application, proposal));
  }
}
