import { Controller, Get, Header, HttpCode, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiQuery } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Act } from '../../auth/act.decorator.js';
import { AuthService, type Entered } from '../../auth/auth.service.js';
import { ChangesState } from '../../auth/changes-state.decorator.js';
import { Public } from '../../auth/public.decorator.js';
import { RedirectService } from '../../auth/redirect.service.js';
import { clientOf } from '../../auth/request-client.js';
import { applicationOf } from '../../auth/wire-entry.js';
import { DomainError } from '../../errors/domain.error.js';
import { RAW_BODY } from '../../http/body-reader.js';
import { UseContract } from '../use-contract.decorator.js';
import { credentialsOf } from './elvis-credentials.js';
import { AnswersLogin, ReadsLogin, Redirects, RefusesLogin } from './elvis-documents.js';
import { ElvisParameters, Parameters } from './elvis-parameters.js';
import { ElvisTerms } from './elvis-terms.js';
import { ELVIS_TYPE, ElvisPresenter, leadFailureTo } from './elvis.presenter.js';
import { ELVIS, ELVIS_COOKIE_CARRIERS } from './elvis.strategy.js';
import {
  API_LOGGED_IN,
  ElvisApiLogin,
  ElvisApiLoginAnswer,
  ElvisLogin,
  ElvisLoginAnswer,
  ElvisProfile,
  LOGGED_IN,
} from './elvis.wire.js';

/** Log in with a cookie or a bearer token. */
@UseContract(ELVIS, ElvisPresenter, 'Elvis')
@Controller('services')
export class ElvisController {
  constructor(
    private readonly auth: AuthService,
    private readonly redirects: RedirectService,
    private readonly terms: ElvisTerms,
  ) {}

  /** Log in with a cookie. Whatever else the request carries is not looked at; the session of a cookie that came along ends. */
  @Post('login')
  @Act('login')
  @Public()
  @HttpCode(200)
  @Header('content-type', ELVIS_TYPE)
  @RouteConfig(RAW_BODY)
  @ReadsLogin(ElvisLogin)
  @AnswersLogin(ElvisLoginAnswer, LOGGED_IN)
  @Redirects('The same, where the request asked for `nextUrl` or `failUrl` on this server.')
  @RefusesLogin('REQUEST_INVALID', 'BODY_UNREADABLE')
  async login(
    @Parameters() parameters: ElvisParameters,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ElvisLoginAnswer> {
    const entered = await this.enter(parameters, request, reply);
    return ElvisLoginAnswer.of(entered.session, profileIn(parameters, entered));
  }

  /** Log in as clients of version 5 did. Closed, unless the application opens it. */
  @Get('login')
  @Act('login')
  @Public()
  @ChangesState()
  @Header('content-type', ELVIS_TYPE)
  @ApiQuery({ name: 'username', required: false, description: 'The user name.', schema: { type: 'string' } })
  @ApiQuery({ name: 'password', required: false, description: 'The password.', schema: { type: 'string' } })
  @ApiQuery({ name: 'cred', required: false, description: 'Base64 of `user:password`.', schema: { type: 'string' } })
  @AnswersLogin(ElvisLoginAnswer, { ...LOGGED_IN, sessionId: 'cfs_…' })
  @Redirects('The same, where the request asked for `nextUrl` or `failUrl` on this server.')
  @RefusesLogin('REQUEST_INVALID', closedToGet())
  async legacyLogin(
    @Parameters() parameters: ElvisParameters,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ElvisLoginAnswer> {
    if (!applicationOf(request).wires.elvis?.isGetLoginOpen) throw closedToGet();
    const entered = await this.enter(parameters, request, reply);
    const { token: sessionId } = entered.session;
    return ElvisLoginAnswer.of(entered.session, { ...profileIn(parameters, entered), sessionId });
  }

  /** Log in with a bearer token. Sets no cookie and ends no other session; its logout needs no csrf token. */
  @Post('apilogin')
  @Act('login')
  @Public()
  @HttpCode(200)
  @Header('content-type', ELVIS_TYPE)
  @RouteConfig(RAW_BODY)
  @ReadsLogin(ElvisApiLogin)
  @AnswersLogin(ElvisApiLoginAnswer, API_LOGGED_IN)
  @RefusesLogin('REQUEST_INVALID', 'BODY_UNREADABLE')
  async apiLogin(
    @Parameters() parameters: ElvisParameters,
    @Req() request: FastifyRequest,
  ): Promise<ElvisApiLoginAnswer> {
    const { session } = await this.start(parameters, request, { hasCsrfToken: false });
    return ElvisApiLoginAnswer.of(session);
  }

  private async enter(parameters: ElvisParameters, request: FastifyRequest, reply: FastifyReply): Promise<Entered> {
    leadFailureTo(request, this.redirects.ownPage(parameters.find('failUrl')));
    const presented = ELVIS_COOKIE_CARRIERS.find(request);
    const entered = await this.start(parameters, request, { hasCsrfToken: true }, presented);
    this.terms.setCookies(request, reply, entered.session.token);
    const next = this.redirects.ownPage(parameters.find('nextUrl'));
    if (next !== undefined) void reply.status(302).header('location', next);
    return entered;
  }

  private async start(
    parameters: ElvisParameters,
    request: FastifyRequest,
    more: { hasCsrfToken: boolean },
    presented?: string,
  ): Promise<Entered> {
    const { username, password } = credentialsOf(parameters);
    const client = { ...clientOf(request, ELVIS), ...more };
    const { id: applicationId } = applicationOf(request);
    const terms = { applicationId, client, policy: this.terms.policy, presented, tellsDisabled: true };
    const entered = await this.auth.login(username, password, terms);
    request.subject = { userId: entered.session.userId, sessionId: entered.session.id };
    return entered;
  }
}

function profileIn(parameters: ElvisParameters, { user }: Entered): Partial<ElvisLoginAnswer> {
  return parameters.find('returnProfile') === 'true' ? { userProfile: ElvisProfile.of(user) } : {};
}

function closedToGet(): DomainError {
  return new DomainError('METHOD_NOT_ALLOWED', 'Log in by POST.', { allowedMethods: ['POST'] });
}
