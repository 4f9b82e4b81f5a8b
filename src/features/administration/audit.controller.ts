import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import type { AuditFilter } from '../../audit/audit-filter.js';
import { AuditPosition } from '../../audit/audit-position.js';
import { AuditReader } from '../../audit/audit-reader.js';
import { Administered } from '../../auth/administered.js';
import type { Administrator } from '../../auth/administrator.js';
import { roleMissing } from '../../auth/administrator.guard.js';
import { CurrentAdministrator, ForAdministrators } from '../../auth/for-administrators.decorator.js';
import { scopeMissing } from '../../auth/required-scope.guard.js';
import { Refuses } from '../../errors/refuses.decorator.js';
import { ApiExported } from '../../http/exported.decorator.js';
import { Exports, tooManyExports } from '../../http/exports.js';
import { AuditAnswer, AuditEntryAnswer, AuditHeadAnswer, AuditQuery } from './audit.dto.js';
import { AUDIT_COLUMNS, AUDIT_ENTRY } from './audit.examples.js';

/** Who did what, and when. */
@ApiTags('Administration: audit')
@Controller('api/v1/admin/audit')
@ForAdministrators('audit', ['auditor'])
export class AuditController {
  constructor(
    private readonly administered: Administered,
    private readonly reader: AuditReader,
    private readonly exports: Exports,
  ) {}

  /** The rows of the audit log that fit a filter, newest first. A row comes into it about half a second after the act. */
  @Get()
  @ApiExported({ type: AuditAnswer, description: 'The rows.', columns: AUDIT_COLUMNS, example: AUDIT_ENTRY })
  @Refuses('VALIDATION_FAILED', roleMissing('admin', 'auditor'), scopeMissing('audit'), 'FORBIDDEN', tooManyExports())
  async list(
    @Query() { limit = 50, after, ...asked }: AuditQuery,
    @CurrentAdministrator() administrator: Administrator,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AuditAnswer | Readable> {
    const filter = { ...asked, applicationId: await this.boundsOf(administrator, asked) };
    const page = () => this.page(filter, limit, after);
    const rows = () => this.rows(filter, after);
    return this.exports.answer(request, reply, { name: 'audit', columns: AUDIT_COLUMNS, page, rows });
  }

  /** With what the log ends. Whoever keeps it elsewhere can tell later whether the log still has it. */
  @Get('head')
  @ApiOkResponse({ type: AuditHeadAnswer, description: 'The last row: its number and its hash.' })
  @Refuses(roleMissing('admin', 'auditor'), scopeMissing('audit'))
  async head(): Promise<AuditHeadAnswer> {
    const { number, hash } = await this.reader.head();
    return { number, hash };
  }

  private async boundsOf(administrator: Administrator, { applicationId }: AuditFilter): Promise<string | undefined> {
    const bounds = await this.administered.bounds(administrator);
    // What was done in an application outlives it: whoever sees all of them may ask about one that is gone.
    if (applicationId === undefined || bounds === undefined) return applicationId ?? bounds;
    return this.administered.application(administrator, applicationId);
  }

  private async page(filter: AuditFilter, limit: number, after?: AuditPosition): Promise<AuditAnswer> {
    const found = await this.reader.page(filter, limit + 1, after);
    const entries = found.slice(0, limit).map((entry) => AuditEntryAnswer.of(entry));
    const last = entries.at(-1);
    const next = found.length > limit && last ? String(new AuditPosition(last.occurredAt, last.number)) : null;
    return { entries, next };
  }

  private async *rows(filter: AuditFilter, after?: AuditPosition): AsyncGenerator<AuditEntryAnswer[]> {
    for await (const page of this.reader.pages(filter, after)) yield page.map((entry) => AuditEntryAnswer.of(entry));
  }
}
