import { Controller, Delete, Get, HttpCode, Post, Put, Req, Res, UseGuards } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../auth/public.decorator.js';
import { applicationOf } from '../../auth/wire-entry.js';
import { DomainError } from '../../errors/domain.error.js';
import { RAW_BODY } from '../../http/body-reader.js';
import { QueryEvaluator } from '../../record/query-evaluator.js';
import { UseContract } from '../use-contract.decorator.js';
import { DescribeDelete, DescribeGet, DescribePost, DescribePut } from './rested-documents.js';
import { RestedMasterGuard } from './rested-master.guard.js';
import { RestedQuery } from './rested-query.js';
import { RestedRecords } from './rested-records.js';
import { RestedSessions } from './rested-sessions.js';
import { RestedUsers } from './rested-users.js';
import { RestedPresenter } from './rested.presenter.js';
import { RESTED } from './rested.strategy.js';
import type { RestedAnswer } from './rested.wire.js';

/**
 * One address for everything: the endpoint and the query tell what is meant. The routes are open to the guard, for an
 * endpoint may be; whatever needs a token asks `RestedCallers` for it.
 */
@UseContract(RESTED, RestedPresenter, 'Rested')
@UseGuards(RestedMasterGuard)
@Controller('api/1/ce')
export class RestedController {
  constructor(
    private readonly sessions: RestedSessions,
    private readonly users: RestedUsers,
    private readonly records: RestedRecords,
    private readonly queries: QueryEvaluator,
  ) {}

  /** Log in, log out, register, or create a record. */
  @Post('*')
  @Public()
  @HttpCode(200)
  @RouteConfig(RAW_BODY)
  @DescribePost()
  async post(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const query = new RestedQuery(request);
    if (query.isLogout) {
      request.audited = { act: 'logout' };
      refuseRecords(request);
      await this.sessions.logOut(request, reply);
      return void reply.status(204);
    }
    return shown(await this.write(query, request, reply), query, reply);
  }

  /** Read the user who is logged in, or records. */
  @Get('*')
  @Public()
  @DescribeGet()
  async get(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const query = new RestedQuery(request);
    const read = this.storeOf(request).reader(query, request);
    if (query.expression === undefined) return shown(await read(), query, reply);
    return asJson(await this.queries.evaluate(query.expression, async () => dataOnly(await read(), query)), reply);
  }

  /** Change the own user, or a record. */
  @Put('*')
  @Public()
  @RouteConfig(RAW_BODY)
  @DescribePut()
  async put(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const query = new RestedQuery(request);
    return shown(await this.storeOf(request).change(query, request), query, reply);
  }

  /** Delete the own user with all of their sessions, or a record. */
  @Delete('*')
  @Public()
  @HttpCode(204)
  @RouteConfig(RAW_BODY)
  @DescribeDelete()
  async delete(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.storeOf(request).remove(new RestedQuery(request), request, reply);
  }

  private write(query: RestedQuery, request: FastifyRequest, reply: FastifyReply): Promise<RestedAnswer> {
    if (query.isLogin) {
      request.audited = { act: 'login' };
      refuseRecords(request);
      return this.sessions.logIn(query, request, reply);
    }
    if (!isForUsers(request)) return this.records.create(request);
    request.audited = { act: 'register' };
    return this.users.register(request);
  }

  private storeOf(request: FastifyRequest): RestedUsers | RestedRecords {
    return isForUsers(request) ? this.users : this.records;
  }
}

function isForUsers(request: FastifyRequest): boolean {
  return applicationOf(request).endpoint?.kind === 'authentication';
}

function refuseRecords(request: FastifyRequest): void {
  if (!isForUsers(request)) throw new DomainError('REQUEST_INVALID', 'This is not an authentication endpoint.');
}

function shown(found: RestedAnswer | RestedAnswer[], query: RestedQuery, reply: FastifyReply): string {
  return asJson(dataOnly(found, query), reply);
}

function dataOnly(found: RestedAnswer | RestedAnswer[], { isDataOnly }: RestedQuery): unknown {
  if (!isDataOnly) return found;
  return Array.isArray(found) ? found.map(({ data }) => data) : found.data;
}

// As text: data may be a string itself, which Fastify would send as it stands.
function asJson(value: unknown, reply: FastifyReply): string {
  void reply.type('application/json; charset=utf-8');
  return JSON.stringify(value);
}
