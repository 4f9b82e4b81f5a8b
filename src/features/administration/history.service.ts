import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import type { Administrator } from '../../auth/administrator.js';
import { DomainError } from '../../errors/domain.error.js';
import { Exports } from '../../http/exports.js';
import type { HistoryPosition } from '../../session/history-position.js';
import { instantOf } from '../../session/instant.js';
import { SessionHistory, type HistoryFilter } from '../../session/session-history.js';
import { HISTORY_COLUMNS } from './history.examples.js';
import { PastSessionAnswer, type HistoryAnswer, type HistoryQuery } from './history.dto.js';
import { SessionListsService } from './session-lists.service.js';

/** Who was in, as a page or as a stream. */
@Injectable()
export class HistoryService {
  constructor(
    private readonly lists: SessionListsService,
    private readonly history: SessionHistory,
    private readonly exports: Exports,
  ) {}

  /** Refuses VALIDATION_FAILED for no span, FORBIDDEN and NOT_FOUND for another application, and as exports do. */
  async answer(
    administrator: Administrator,
    { limit = 50, after, ...query }: HistoryQuery,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<HistoryAnswer | Readable> {
    const { at: _, ...conditions } = query;
    const filter = { ...conditions, ...(await this.lists.bounded(administrator, conditions)), ...spanOf(query) };
    return this.exports.answer(request, reply, {
      name: 'history',
      columns: HISTORY_COLUMNS,
      page: () => this.page(filter, limit, after),
      rows: () => this.rows(filter, after),
    });
  }

  private async page(filter: HistoryFilter, limit: number, after?: HistoryPosition): Promise<HistoryAnswer> {
    const [found, knownSince] = await Promise.all([
      this.history.page(filter, limit + 1, after),
      this.history.knownSince(),
    ]);
    const page = found.slice(0, limit);
    return {
      sessions: page.map((session) => PastSessionAnswer.of(session)),
      next: found.length > limit ? String(page.at(-1)!.position) : null,
      knownSince: knownSince === undefined ? null : instantOf(knownSince),
    };
  }

  private async *rows(filter: HistoryFilter, after?: HistoryPosition): AsyncGenerator<PastSessionAnswer[]> {
    for await (const page of this.history.pages(filter, after))
      yield page.map((session) => PastSessionAnswer.of(session));
  }
}

/** From and to; of an instant, both are it. */
function spanOf({ at, from, to }: HistoryQuery): { from: string; to: string } {
  if (at !== undefined) {
    if (from !== undefined || to !== undefined) throw fault('at', 'goes without from and to');
    return { from: at, to: at };
  }
  if (from === undefined) throw fault('from', 'must be given, or at in its place');
  // Read by the store, whose clock counts: everything up to now.
  if (to === undefined) return { from, to: 'now' };
  if (to < from) throw fault('to', 'must not lie before from');
  return { from, to };
}

function fault(field: string, message: string): DomainError {
  return new DomainError('VALIDATION_FAILED', `${field}: ${message}`, { faults: [{ field, message }] });
}
