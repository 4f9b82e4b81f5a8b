import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { Exports } from '../../http/exports.js';
import type { UserFilter } from '../../user/user-filter.js';
import { UserSearch } from '../../user/user-search.js';
import type { KnownUser } from '../../user/user.service.js';
import type { TotalAnswer } from './session-lists.dto.js';
import { USER_COLUMNS, UserAnswer, type UsersAnswer } from './user-answer.dto.js';
import type { UsersQuery } from './users-query.dto.js';

type Asked = [request: FastifyRequest, reply: FastifyReply];
type Paging = { [Name in 'limit' | 'after' | 'total']: UsersQuery[Name] | undefined };

/** Users as administrators see them: one by one, as a page, or as a stream. */
@Injectable()
export class UserListsService {
  constructor(
    private readonly search: UserSearch,
    private readonly exports: Exports,
  ) {}

  /** One that is known already, with their last login. */
  async describe(user: KnownUser): Promise<UserAnswer> {
    return UserAnswer.of({ ...user, lastLoginAt: await this.search.lastLoginOf(user.id) });
  }

  /** Refuses OVERLOADED where a count that was asked for takes too long, and as exports do. */
  answer([request, reply]: Asked, filter: UserFilter, paging: Paging): Promise<UsersAnswer | Readable> {
    return this.exports.answer(request, reply, {
      name: 'users',
      columns: USER_COLUMNS,
      page: () => this.page(filter, paging),
      rows: () => this.rows(filter, paging.after),
    });
  }

  private async page(filter: UserFilter, { limit = 50, after, total }: Paging): Promise<UsersAnswer> {
    const [found, count] = await Promise.all([this.search.page(filter, limit + 1, after), this.total(filter, total)]);
    const page = found.slice(0, limit);
    return {
      users: page.map((user) => UserAnswer.of(user)),
      next: found.length > limit ? page.at(-1)!.id : null,
      total: count,
    };
  }

  private async *rows(filter: UserFilter, after?: string): AsyncGenerator<UserAnswer[]> {
    for await (const page of this.search.pages(filter, after)) yield page.map((user) => UserAnswer.of(user));
  }

  private async total(filter: UserFilter, how: Paging['total'] = 'estimate'): Promise<TotalAnswer | null> {
    if (how === 'none') return null;
    const isExact = how === 'exact';
    return { count: await (isExact ? this.search.count(filter) : this.search.estimate(filter)), isExact };
  }
}
