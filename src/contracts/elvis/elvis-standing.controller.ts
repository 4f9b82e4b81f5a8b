import { Controller, Get, Header, HttpCode, Post, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { WireCallers } from '../../auth/wire-callers.js';
import { callerOf } from '../../auth/wire-entry.js';
import { Refuses } from '../../errors/refuses.decorator.js';
import { RAW_BODY } from '../../http/body-reader.js';
import { QUESTION } from '../../http/request-log.js';
import { UseContract } from '../use-contract.decorator.js';
import { AnswersText, MayTakeToken } from './elvis-documents.js';
import { ELVIS_TYPE, ElvisPresenter } from './elvis.presenter.js';
import { ELVIS } from './elvis.strategy.js';
import { ElvisPing, ElvisProfile } from './elvis.wire.js';

const ALIVE = 'alive';
const TEXT = 'text/plain; charset=utf-8';

/** Who is here, and the calls by which clients keep a session alive; by GET and by POST, whatever their body. */
@UseContract(ELVIS, ElvisPresenter, 'Elvis')
@Controller()
export class ElvisStandingController {
  constructor(private readonly callers: WireCallers) {}

  /** Who am I. */
  @Get('services/profile')
  @Header('content-type', ELVIS_TYPE)
  @ApiOkResponse({ type: ElvisProfile, description: 'The user who is logged in.' })
  @Refuses('APPLICATION_UNKNOWN')
  profile(@Req() request: FastifyRequest): ElvisProfile {
    return ElvisProfile.of(callerOf(request));
  }

  /** Who am I, asked by POST. It needs no csrf token: nothing changes. */
  @Post('services/profile')
  @HttpCode(200)
  @Header('content-type', ELVIS_TYPE)
  @RouteConfig({ ...RAW_BODY, ...QUESTION })
  @ApiOkResponse({ type: ElvisProfile, description: 'The user who is logged in.' })
  @Refuses('APPLICATION_UNKNOWN', 'ORIGIN_REFUSED')
  postedProfile(@Req() request: FastifyRequest): ElvisProfile {
    return this.profile(request);
  }

  /** Keep the session alive. */
  @Get('services/ping')
  @Header('content-type', ELVIS_TYPE)
  @ApiOkResponse({ type: ElvisPing, description: 'The session is live, and its half hour begins anew.' })
  @Refuses('APPLICATION_UNKNOWN')
  ping(): ElvisPing {
    return { success: true };
  }

  /** Keep the session alive, asked by POST. */
  @Post('services/ping')
  @HttpCode(200)
  @Header('content-type', ELVIS_TYPE)
  @RouteConfig({ ...RAW_BODY, ...QUESTION })
  @ApiOkResponse({ type: ElvisPing, description: 'The session is live, and its half hour begins anew.' })
  @Refuses('APPLICATION_UNKNOWN', 'ORIGIN_REFUSED')
  postedPing(): ElvisPing {
    return this.ping();
  }

  /** The server is alive, and so stays the session, if there is one. */
  @Get('alive.txt')
  @MayTakeToken()
  @Header('content-type', TEXT)
  @AnswersText('text/plain', 'The same for everyone.', ALIVE)
  @Refuses('APPLICATION_UNKNOWN')
  alive(@Req() request: FastifyRequest): string {
    // Whoever is here counts as seen.
    this.callers.isThere(ELVIS, request);
    return ALIVE;
  }

  /** The server is alive, asked by POST. */
  @Post('alive.txt')
  @MayTakeToken()
  @HttpCode(200)
  @Header('content-type', TEXT)
  @RouteConfig({ ...RAW_BODY, ...QUESTION })
  @AnswersText('text/plain', 'The same for everyone.', ALIVE)
  @Refuses('APPLICATION_UNKNOWN', 'ORIGIN_REFUSED')
  postedAlive(@Req() request: FastifyRequest): string {
    return this.alive(request);
  }
}
