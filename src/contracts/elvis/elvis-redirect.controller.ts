import { Controller, Get, Header, HttpCode, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiQuery } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Act } from '../../auth/act.decorator.js';
import { AuthService } from '../../auth/auth.service.js';
import { ChangesState } from '../../auth/changes-state.decorator.js';
import { Public } from '../../auth/public.decorator.js';
import { RedirectService } from '../../auth/redirect.service.js';
import { applicationOf } from '../../auth/wire-entry.js';
import { Refuses } from '../../errors/refuses.decorator.js';
import { RAW_BODY } from '../../http/body-reader.js';
import { UseContract } from '../use-contract.decorator.js';
import { AnswersText, MayTakeToken, ReadsRedirect, Redirects } from './elvis-documents.js';
import { LOGGED_OUT_PAGE, PAGE_TYPE } from './elvis-pages.js';
import { ElvisParameters, Parameters } from './elvis-parameters.js';
import { ElvisTerms } from './elvis-terms.js';
import { ElvisPresenter } from './elvis.presenter.js';
import { ELVIS, ELVIS_CARRIERS } from './elvis.strategy.js';

const LOGGED_OUT = '/logout/done';

/** The logout for links and forms: it ends the session and leads on. */
@UseContract(ELVIS, ElvisPresenter, 'Elvis')
@Controller('logout')
export class ElvisRedirectController {
  constructor(
    private readonly auth: AuthService,
    private readonly redirects: RedirectService,
    private readonly terms: ElvisTerms,
  ) {}

  /** Log out and go on. Without an allowed target to the landing page; the session ends all the same. */
  @Get()
  @MayTakeToken()
  @ChangesState()
  @Act('logout')
  @HttpCode(302)
  @ApiQuery({
    name: 'logoutSuccessUrl',
    required: false,
    description: 'On this server, or one of the logout targets of the application.',
    schema: { type: 'string', example: '/bye' },
  })
  @Redirects('Logged out.')
  @Refuses('APPLICATION_UNKNOWN', 'ORIGIN_REFUSED')
  async logout(
    @Parameters() parameters: ElvisParameters,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { id } = applicationOf(request);
    // First: who cannot be told where to go keeps session and cookies.
    const target = await this.redirects.afterLogout(id, parameters.find('logoutSuccessUrl'), LOGGED_OUT);
    [request.subject] = await this.auth.logoutFrom(id, ELVIS_CARRIERS.all(request));
    this.terms.clearCookies(request, reply);
    void reply.header('location', target);
  }

  /** Log out and go on, by a form. */
  @Post()
  @Act('logout')
  @MayTakeToken()
  @HttpCode(302)
  @RouteConfig(RAW_BODY)
  @ReadsRedirect()
  @Redirects('Logged out.')
  @Refuses('APPLICATION_UNKNOWN', 'ORIGIN_REFUSED')
  postedLogout(
    @Parameters() parameters: ElvisParameters,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    return this.logout(parameters, request, reply);
  }

  /** The landing page of applications that have none of their own. */
  @Get('done')
  @Public()
  @Header('content-type', PAGE_TYPE)
  @AnswersText('text/html', 'A small page for people.', '<!doctype html>…')
  @Refuses('APPLICATION_UNKNOWN')
  done(): string {
    return LOGGED_OUT_PAGE;
  }
}
