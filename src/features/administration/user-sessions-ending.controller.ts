import { Controller, Delete, HttpCode, Param, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Act } from '../../auth/act.decorator.js';
import { Administered } from '../../auth/administered.js';
import type { Administrator } from '../../auth/administrator.js';
import { roleMissing } from '../../auth/administrator.guard.js';
import { CurrentAdministrator, ForAdministrators } from '../../auth/for-administrators.decorator.js';
import { scopeMissing } from '../../auth/required-scope.guard.js';
import { Refuses } from '../../errors/refuses.decorator.js';
import { IdPath } from '../../http/id-path.dto.js';
import { UserSessionPath, UserSessionsEndedAnswer, UserSessionsQuery } from './user-sessions-ending.dto.js';
import { UserSessionsEnding } from './user-sessions-ending.service.js';

/** Ending the sessions of one user. Support may, but for those of administrators: they could keep them out. */
@ApiTags('Administration: sessions')
@Controller('api/v1/admin/users/:id/sessions')
@ForAdministrators('sessions', ['support'])
export class UserSessionsEndingController {
  constructor(
    private readonly administered: Administered,
    private readonly endings: UserSessionsEnding,
  ) {}

  /** End all sessions of a user. Those that start after the answer live. */
  @Delete()
  @Act('users.endSessions')
  @HttpCode(200)
  @ApiOkResponse({ type: UserSessionsEndedAnswer, description: 'Ended, on every node.' })
  @Refuses(
    'VALIDATION_FAILED',
    roleMissing('admin', 'support'),
    scopeMissing('sessions'),
    'ORIGIN_REFUSED',
    'NOT_FOUND',
  )
  async endAll(
    @Param() { id }: IdPath,
    @Query() { applicationId, reason }: UserSessionsQuery,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<UserSessionsEndedAnswer> {
    const application = await this.administered.application(administrator, applicationId);
    return { ended: await this.endings.endAll(administrator, application, id, reason) };
  }

  /** End one session of a user. */
  @Delete(':sessionId')
  @Act('users.endSession')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'Ended, on every node.' })
  @Refuses(
    'VALIDATION_FAILED',
    roleMissing('admin', 'support'),
    scopeMissing('sessions'),
    'ORIGIN_REFUSED',
    'NOT_FOUND',
  )
  async end(
    @Param() path: UserSessionPath,
    @Query() { applicationId, reason }: UserSessionsQuery,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<void> {
    const application = await this.administered.application(administrator, applicationId);
    await this.endings.end(administrator, application, path, reason);
  }
}
