import { Controller, Header, HttpCode, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiHeader, ApiOkResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Act } from '../../auth/act.decorator.js';
import { CsrfLogoutService } from '../../auth/csrf-logout.service.js';
import { applicationOf } from '../../auth/wire-entry.js';
import { DomainError } from '../../errors/domain.error.js';
import { Refuses } from '../../errors/refuses.decorator.js';
import { RAW_BODY } from '../../http/body-reader.js';
import { UseContract } from '../use-contract.decorator.js';
import { MayTakeToken } from './elvis-documents.js';
import { ElvisTerms } from './elvis-terms.js';
import { ELVIS_TYPE, ElvisPresenter } from './elvis.presenter.js';
import { ELVIS, ELVIS_CARRIERS, ELVIS_COOKIE_CARRIERS, ELVIS_WIRE } from './elvis.strategy.js';
import { ElvisLogoutAnswer } from './elvis.wire.js';

/** The logout for scripts. */
@UseContract(ELVIS, ElvisPresenter, 'Elvis')
@Controller('services')
export class ElvisLogoutController {
  constructor(
    private readonly logouts: CsrfLogoutService,
    private readonly terms: ElvisTerms,
  ) {}

  /** Log out by script. Success as well without a session and a second time; a session of the cookie login needs its csrf token. */
  @Post('logout')
  @Act('logout')
  @MayTakeToken()
  @HttpCode(200)
  @Header('content-type', ELVIS_TYPE)
  @RouteConfig(RAW_BODY)
  @ApiHeader({ name: 'X-CSRF-TOKEN', required: false, description: 'What the cookie login answered as `csrfToken`.' })
  @ApiOkResponse({ type: ElvisLogoutAnswer, description: 'Logged out: from now on nothing accepts the token.' })
  @Refuses('APPLICATION_UNKNOWN', 'ORIGIN_REFUSED', 'CSRF_REJECTED', 'SESSION_UNKNOWN')
  async logout(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ElvisLogoutAnswer> {
    const application = applicationOf(request);
    const tokens = carriedIn(request);
    const csrfToken = request.headers['x-csrf-token'] as string | undefined;
    const name = ELVIS_WIRE.applicationOf(request);
    const ended = await this.logouts.logout({ application, name, tokens, csrfToken, arrival: request.arrival });
    [request.subject] = ended;
    if (application.wires.elvis?.isLogoutStrict && ended.length === 0)
      throw new DomainError('SESSION_UNKNOWN', 'No live session. Log in.');
    // The cookie of another session, which was not meant, stays.
    if (ELVIS_COOKIE_CARRIERS.all(request).every((token) => tokens.includes(token)))
      this.terms.clearCookies(request, reply);
    return { logoutSuccess: true };
  }
}

/** The token that decides; where it is not clear which one that is, all of them. */
function carriedIn(request: FastifyRequest): string[] {
  const token = ELVIS_CARRIERS.find(request);
  return token === undefined ? ELVIS_CARRIERS.all(request) : [token];
}
