import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { Administered } from '../../auth/administered.js';
import type { Administrator } from '../../auth/administrator.js';
import { roleMissing } from '../../auth/administrator.guard.js';
import { CurrentAdministrator, ForAdministrators } from '../../auth/for-administrators.decorator.js';
import { scopeMissing } from '../../auth/required-scope.guard.js';
import { Refuses } from '../../errors/refuses.decorator.js';
import { ApiExported } from '../../http/exported.decorator.js';
import { tooManyExports } from '../../http/exports.js';
import { IdPath } from '../../http/id-path.dto.js';
import { countTooLong } from '../../session/session-search.js';
import { UserService } from '../../user/user.service.js';
import { ApplicationQuery } from './administration.dto.js';
import { FOUND_SESSION } from './session-lists.examples.js';
import {
  FoundSessionAnswer,
  SESSION_COLUMNS,
  SessionsAnswer,
  SessionsQuery,
  UserSessionsAnswer,
  UserSessionListQuery,
} from './session-lists.dto.js';
import { SessionListsService } from './session-lists.service.js';
import { UserSessionPath } from './user-sessions-ending.dto.js';

const SHOWN = { columns: SESSION_COLUMNS, example: FOUND_SESSION };

/** Who is in. */
@ApiTags('Administration: sessions')
@Controller('api/v1/admin')
export class SessionListsController {
  constructor(
    private readonly administered: Administered,
    private readonly users: UserService,
    private readonly lists: SessionListsService,
  ) {}

  /** The live sessions that fit a filter, newest first. */
  @Get('sessions')
  @ForAdministrators('sessions', ['auditor'])
  @ApiExported({ type: SessionsAnswer, description: 'The sessions.', ...SHOWN })
  @Refuses(
    'VALIDATION_FAILED',
    roleMissing('admin', 'auditor'),
    scopeMissing('sessions'),
    'FORBIDDEN',
    'NOT_FOUND',
    tooManyExports(),
    countTooLong(),
  )
  async list(
    @Query() query: SessionsQuery,
    @CurrentAdministrator() administrator: Administrator,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionsAnswer | Readable> {
    const { limit, after, total, ...filter } = query;
    return this.lists.answer(
      [request, reply],
      await this.lists.bounded(administrator, filter),
      { limit, after },
      total,
    );
  }

  /** One user’s live sessions, newest first. */
  @Get('users/:id/sessions')
  @ForAdministrators('sessions', ['auditor', 'support'])
  @ApiExported({ type: UserSessionsAnswer, description: 'The sessions.', ...SHOWN })
  @Refuses(
    'VALIDATION_FAILED',
    roleMissing('admin', 'auditor', 'support'),
    scopeMissing('sessions'),
    'FORBIDDEN',
    'NOT_FOUND',
    tooManyExports(),
  )
  async listOf(
    @Param() { id }: IdPath,
    @Query() { applicationId, limit, after }: UserSessionListQuery,
    @CurrentAdministrator() administrator: Administrator,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UserSessionsAnswer | Readable> {
    const application = await this.administered.application(administrator, applicationId);
    await this.users.get(application, id);
    return this.lists.answerPlain([request, reply], { userId: id }, { limit, after });
  }

  /** One of a user’s sessions, while it lives. */
  @Get('users/:id/sessions/:sessionId')
  @ForAdministrators('sessions', ['auditor', 'support'])
  @ApiOkResponse({ type: FoundSessionAnswer, description: 'The session.' })
  @Refuses('VALIDATION_FAILED', 'NOT_FOUND')
  async read(
    @Param() { id, sessionId }: UserSessionPath,
    @Query() { applicationId }: ApplicationQuery,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<FoundSessionAnswer> {
    const application = await this.administered.application(administrator, applicationId);
    await this.users.get(application, id);
    return this.lists.get(id, sessionId);
  }
}
