import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import type { Administrator } from '../../auth/administrator.js';
import { roleMissing } from '../../auth/administrator.guard.js';
import { CurrentAdministrator, ForAdministrators } from '../../auth/for-administrators.decorator.js';
import { scopeMissing } from '../../auth/required-scope.guard.js';
import { Refuses } from '../../errors/refuses.decorator.js';
import { ApiExported } from '../../http/exported.decorator.js';
import { tooManyExports } from '../../http/exports.js';
import { HistoryAnswer, HistoryQuery } from './history.dto.js';
import { HISTORY_COLUMNS, PAST_SESSION } from './history.examples.js';
import { HistoryService } from './history.service.js';

/** Who was in, and what ended them. */
@ApiTags('Administration: sessions')
@Controller('api/v1/admin/history')
export class HistoryController {
  constructor(private readonly history: HistoryService) {}

  /** Who was in at an instant, or in a span. First those who still are, newest first; then those who have gone, in the order of their ends. Ends are kept as long as events (`EVENT_RETENTION`); a session that idled out or expired has ended when its row is swept. */
  @Get()
  @ForAdministrators('sessions', ['auditor'])
  @ApiExported({ type: HistoryAnswer, description: 'They were in.', columns: HISTORY_COLUMNS, example: PAST_SESSION })
  @Refuses(
    'VALIDATION_FAILED',
    roleMissing('admin', 'auditor'),
    scopeMissing('sessions'),
    'FORBIDDEN',
    'NOT_FOUND',
    tooManyExports(),
  )
  list(
    @Query() query: HistoryQuery,
    @CurrentAdministrator() administrator: Administrator,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<HistoryAnswer | Readable> {
    return this.history.answer(administrator, query, request, reply);
  }
}
