import { Controller, Get, HttpCode, Post, Put, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApplicationService } from '../../application/application.service.js';
import { WireCallers } from '../../auth/wire-callers.js';
import { applicationOf } from '../../auth/wire-entry.js';
import { RAW_BODY } from '../../http/body-reader.js';
import { QUESTION } from '../../http/request-log.js';
import { UseContract } from '../use-contract.decorator.js';
import { RefusesHere } from './backendless-documents.js';
import { AnswersNothing, MayTakeToken, TakesLog } from './backendless-open.decorator.js';
import { BackendlessColumn, columnsOf } from './backendless-columns.wire.js';
import { applicationNameOf } from './backendless.address.js';
import { BackendlessPresenter } from './backendless.presenter.js';
import { BACKENDLESS } from './backendless.strategy.js';
import { BackendlessInfo } from './backendless.wire.js';

/** What the SDKs of the Backendless wire ask and tell beside users and sessions. A token may come along; a dead one is refused. */
@UseContract(BACKENDLESS, BackendlessPresenter, 'Backendless start-up')
@Controller('api')
export class BackendlessStartController {
  constructor(
    private readonly applications: ApplicationService,
    private readonly callers: WireCallers,
  ) {}

  /** What an SDK wants to know when it starts. */
  @Get('info')
  @MayTakeToken()
  @ApiOkResponse({ type: BackendlessInfo, description: 'About the application.' })
  @RefusesHere('SESSION_UNKNOWN', 'USER_DISABLED')
  async info(@Req() request: FastifyRequest): Promise<BackendlessInfo> {
    await this.callers.find(BACKENDLESS, request);
    const { key = null } = applicationNameOf(request);
    return { rtURL: '', appId: applicationOf(request).id.toUpperCase(), apiKey: key, loggers: [] };
  }

  /** The properties of users: those that all have, and those that the application declares. */
  @Get('users/userclassprops')
  @MayTakeToken()
  @ApiOkResponse({ type: [BackendlessColumn], description: 'Columns.' })
  @RefusesHere('SESSION_UNKNOWN', 'USER_DISABLED')
  async describeUsers(@Req() request: FastifyRequest): Promise<BackendlessColumn[]> {
    await this.callers.find(BACKENDLESS, request);
    return columnsOf(await this.applications.getActive(applicationOf(request).id));
  }

  /** Log records of a client. They are taken, and not kept. */
  @Post('log')
  @MayTakeToken()
  @HttpCode(200)
  @RouteConfig({ ...RAW_BODY, ...QUESTION })
  @TakesLog()
  @AnswersNothing('Taken.')
  @RefusesHere('SESSION_UNKNOWN', 'USER_DISABLED')
  async log(@Req() request: FastifyRequest): Promise<void> {
    await this.callers.find(BACKENDLESS, request);
  }

  /** The same by PUT, as the newer SDKs send it. */
  @Put('log')
  @MayTakeToken()
  @RouteConfig({ ...RAW_BODY, ...QUESTION })
  @TakesLog()
  @AnswersNothing('Taken.')
  @RefusesHere('SESSION_UNKNOWN', 'USER_DISABLED')
  logByPut(@Req() request: FastifyRequest): Promise<void> {
    return this.log(request);
  }
}
