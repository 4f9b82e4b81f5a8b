import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Administrator } from '../../auth/administrator.js';
import { CurrentAdministrator, ForAdministrators } from '../../auth/for-administrators.decorator.js';
import { tookTooLong } from '../../database/long-questions.js';
import { Refuses } from '../../errors/refuses.decorator.js';
import { allowLonger } from '../../http/deadlines.js';
import { StatisticsAnswer, StatisticsQuery } from './statistics.dto.js';
import { StatisticsService } from './statistics.service.js';
import { svgOf } from './statistics-chart.js';

const SVG = 'image/svg+xml';
const COUNTING_MS = 20_000;
const DRAWN =
  '<svg width="860" height="380" xmlns="http://www.w3.org/2000/svg" role="img"><title>Logins by hour</title></svg>';

/** How many are in, and how much comes and goes. */
@ApiTags('Administration')
@Controller('api/v1/admin/statistics')
@ForAdministrators('audit', ['auditor'])
export class StatisticsController {
  constructor(private readonly statistics: StatisticsService) {}

  /** Live sessions by application, contract, role and age; logins, refusals and endings by the hour; those with most sessions, and those with most logins. */
  @Get()
  @ApiExtraModels(StatisticsAnswer)
  @ApiOkResponse({
    description: 'By `Accept`: the numbers as JSON, or one chart of them as SVG; `chart` says which.',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(StatisticsAnswer) } },
      [SVG]: { schema: { type: 'string', example: DRAWN } },
    },
  })
  @Refuses('VALIDATION_FAILED', 'FORBIDDEN', 'NOT_FOUND', tookTooLong())
  async read(
    @Query() query: StatisticsQuery,
    @CurrentAdministrator() administrator: Administrator,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StatisticsAnswer | string> {
    allowLonger(request, COUNTING_MS);
    const answer = await this.statistics.of(administrator, query);
    if (!request.headers.accept?.includes(SVG)) return answer;
    void reply.type(SVG);
    return svgOf(query.chart ?? 'logins', answer);
  }
}
