import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { Administered } from '../../auth/administered.js';
import type { Administrator } from '../../auth/administrator.js';
import { DomainError } from '../../errors/domain.error.js';
import { Exports } from '../../http/exports.js';
import type { SessionFilter } from '../../session/session-filter.js';
import { SessionPosition } from '../../session/session-position.js';
import { SessionSearch } from '../../session/session-search.js';
import {
  FoundSessionAnswer,
  SESSION_COLUMNS,
  type SessionsAnswer,
  type SessionsQuery,
  type TotalAnswer,
  type UserSessionsAnswer,
} from './session-lists.dto.js';

/** Where a page begins, and how long it may be. */
interface Paging {
  limit: number | undefined;
  after: SessionPosition | undefined;
}
type Asked = [request: FastifyRequest, reply: FastifyReply];

/** Lists of sessions, as a page or as a stream. */
@Injectable()
export class SessionListsService {
  constructor(
    private readonly administered: Administered,
    private readonly search: SessionSearch,
    private readonly exports: Exports,
  ) {}

  /** The filter within what the administrator may look at. Refuses FORBIDDEN and NOT_FOUND for another application. */
  async bounded(administrator: Administrator, filter: SessionFilter): Promise<SessionFilter> {
    const { applicationId: asked } = filter;
    const applicationId =
      asked === undefined
        ? await this.administered.bounds(administrator)
        : await this.administered.application(administrator, asked);
    return { ...filter, applicationId };
  }

  /** Refuses OVERLOADED where a count that was asked for takes too long, and as exports do. */
  answer(
    asked: Asked,
    filter: SessionFilter,
    paging: Paging,
    total: SessionsQuery['total'] = 'estimate',
  ): Promise<SessionsAnswer | Readable> {
    return this.either(asked, filter, paging, async () => {
      const [{ sessions, next }, count] = await Promise.all([this.page(filter, paging), this.total(filter, total)]);
      return { sessions, next, total: count };
    });
  }

  /** The same without a total. */
  answerPlain(asked: Asked, filter: SessionFilter, paging: Paging): Promise<UserSessionsAnswer | Readable> {
    return this.either(asked, filter, paging, () => this.page(filter, paging));
  }

  /** One live session of a user. Refuses NOT_FOUND. */
  async get(userId: string, sessionId: string): Promise<FoundSessionAnswer> {
    const [session] = await this.search.page({ userId, sessionId }, 1);
    if (!session) throw new DomainError('NOT_FOUND', 'There is no such live session.');
    return FoundSessionAnswer.of(session);
  }

  private either<Page>(
    [request, reply]: Asked,
    filter: SessionFilter,
    { after }: Paging,
    page: () => Promise<Page>,
  ): Promise<Page | Readable> {
    const rows = () => this.rows(filter, after);
    return this.exports.answer(request, reply, { name: 'sessions', columns: SESSION_COLUMNS, page, rows });
  }

  private async page(filter: SessionFilter, { limit = 50, after }: Paging): Promise<UserSessionsAnswer> {
    const sessions = await this.search.page(filter, limit + 1, after);
    const page = sessions.slice(0, limit);
    return {
      sessions: page.map((session) => FoundSessionAnswer.of(session)),
      next: sessions.length > limit ? String(SessionPosition.of(page.at(-1)!)) : null,
    };
  }

  private async *rows(filter: SessionFilter, after?: SessionPosition): AsyncGenerator<FoundSessionAnswer[]> {
    for await (const page of this.search.pages(filter, after))
      yield page.map((session) => FoundSessionAnswer.of(session));
  }

  private async total(filter: SessionFilter, how: SessionsQuery['total']): Promise<TotalAnswer | null> {
    if (how === 'none') return null;
    const isExact = how === 'exact';
    return { count: await (isExact ? this.search.count(filter) : this.search.estimate(filter)), isExact };
  }
}
