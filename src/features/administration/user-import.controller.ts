import { Controller, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiExtraModels, ApiOkResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { Administered } from '../../auth/administered.js';
import type { Administrator } from '../../auth/administrator.js';
import { CurrentAdministrator, ForAdministrators } from '../../auth/for-administrators.decorator.js';
import { Refuses } from '../../errors/refuses.decorator.js';
import { BodyLines, type BodyLine } from '../../http/body-lines.js';
import { STREAMED_BODY } from '../../http/body-reader.js';
import { listFormatOf } from '../../http/list-format.js';
import { ndjsonOf } from '../../http/list-lines.js';
import { ApplicationQuery } from './administration.dto.js';
import { ImportAnswer, ImportFault } from './user-import.dto.js';
import { UserImportService, type ImportStep } from './user-import.service.js';
import { IMPORT_ANSWER, IMPORTED_LINES, IMPORT_LINES_ANSWER } from './users.examples.js';

const MOST_FAULTS = 1_000;
const NDJSON = 'application/x-ndjson';
const text = (example: string) => ({ [NDJSON]: { schema: { type: 'string', example } } });

/** Users who come from elsewhere. */
@ApiTags('Administration')
@Controller('api/v1/admin/users/import')
@ForAdministrators('users')
export class UserImportController {
  constructor(
    private readonly administered: Administered,
    private readonly imports: UserImportService,
  ) {}

  /**
   * Import users, one a line. Lines are read as fast as they can be written, and committed some hundreds at a time; a bad line
   * refuses itself and no other, and one whose id or name is taken is left as it is: repeating an import is safe.
   */
  @Post()
  @HttpCode(200)
  @RouteConfig(STREAMED_BODY)
  @ApiConsumes(NDJSON)
  @ApiBody({ schema: { type: 'string', example: IMPORTED_LINES } })
  @ApiExtraModels(ImportAnswer)
  @ApiOkResponse({
    description:
      'All lines were read. By `Accept`: what came of them as JSON, or each refused line and the progress as NDJSON while they are read; a stream that does not end with `isComplete: true` broke off.',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(ImportAnswer) }, example: IMPORT_ANSWER },
      ...text(IMPORT_LINES_ANSWER),
    } as never,
  })
  @Refuses('VALIDATION_FAILED', 'NOT_FOUND', 'APPLICATION_UNKNOWN', 'ORIGIN_REFUSED')
  async run(
    @BodyLines() lines: AsyncGenerator<BodyLine>,
    @Query() { applicationId }: ApplicationQuery,
    @CurrentAdministrator() administrator: Administrator,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ImportAnswer | Readable> {
    const application = await this.administered.application(administrator, applicationId);
    const steps = audited(this.imports.steps(administrator, application, lines), request);
    if (listFormatOf(request) !== 'ndjson') return answerOf(steps);
    // What keeps the first batch from being written is refused as on any route.
    const first = await steps.next();
    void reply.type(`${NDJSON}; charset=utf-8`);
    return Readable.from(textsOf(first, steps), { objectMode: false });
  }
}

/** The audit log says how far it came, however it ends. */
async function* audited(steps: AsyncIterable<ImportStep>, request: FastifyRequest): AsyncGenerator<ImportStep> {
  for await (const step of steps) {
    const { imported, refused } = step.progress;
    request.audited = { details: { imported, refused } };
    yield step;
  }
}

async function answerOf(steps: AsyncIterable<ImportStep>): Promise<ImportAnswer> {
  const faults: ImportFault[] = [];
  let answer: ImportAnswer | undefined;
  for await (const { progress, faults: more } of steps) {
    const { lines, imported, refused, isComplete } = progress;
    faults.push(...more.slice(0, MOST_FAULTS - faults.length));
    answer = { lines, imported, refused, isComplete, faults };
  }
  return answer!;
}

async function* textsOf(first: IteratorResult<ImportStep>, steps: AsyncGenerator<ImportStep>): AsyncGenerator<string> {
  if (!first.done) yield textOf(first.value);
  for await (const step of steps) yield textOf(step);
}

function textOf({ faults, progress }: ImportStep): string {
  return ndjsonOf([...faults, progress]);
}
