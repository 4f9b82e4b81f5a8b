import { Body, Controller, Get, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiCookieAuth,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiSecurity,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refuses, UNREADABLE } from '../errors/refuses.decorator.js';
import { Act } from './act.decorator.js';
import { LoginAnswer, LoginBody, LogoutBody, SessionAnswer } from './auth.dto.js';
import { LOGIN_EXAMPLES, LOGOUT_EXAMPLES } from './auth.examples.js';
import { AuthService } from './auth.service.js';
import { principalOf } from './current-principal.decorator.js';
import { LoginGuard } from './login.guard.js';
import { NativeTerms } from './native-terms.js';
import { Public } from './public.decorator.js';
import { clientOf } from './request-client.js';
import { clearSiteData } from './session-cookie.js';

/** Log in, be known, log out. */
@ApiTags('Authentication')
@Controller('api/v1/auth')
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    private readonly terms: NativeTerms,
  ) {}

  /** Log in. A session presented with the request ends; a wrong name and a wrong password get the same answer. */
  @Post('login')
  @Act('login')
  @Public()
  @UseGuards(LoginGuard)
  @HttpCode(200)
  @ApiBody({ type: LoginBody, examples: LOGIN_EXAMPLES })
  @ApiOkResponse({
    type: LoginAnswer,
    description: 'Logged in. With `transport: cookie` the token is in the cookie and not in the body.',
  })
  @Refuses(...UNREADABLE, 'CREDENTIALS_REJECTED', 'ORIGIN_REFUSED', 'SESSION_LIMIT_REACHED', 'LOGIN_LIMITED')
  async login(
    @Body() body: LoginBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LoginAnswer> {
    const user = request.user!;
    const client = clientOf(request, 'native', body.label ?? null);
    const presented = this.terms.carriers.find(request);
    const session = await this.auth.start(user, { client, policy: this.terms.policy, presented });
    request.subject = { userId: user.id, sessionId: session.id };
    const isCookie = body.transport === 'cookie';
    const token = isCookie ? this.terms.setCookie(session.token, request, reply, session) : { token: session.token };
    return LoginAnswer.of(user, session, 'native', token);
  }

  /** Log out. Final once answered; success as well for a token that is dead, missing or malformed. */
  @Post('logout')
  @Act('logout')
  @Public()
  @HttpCode(204)
  @ApiSecurity({})
  @ApiBearerAuth('bearer')
  @ApiCookieAuth('cookie')
  @ApiBody({ type: LogoutBody, required: false, examples: LOGOUT_EXAMPLES })
  @ApiNoContentResponse({ description: 'Logged out: from now on no node, route or contract accepts the token.' })
  @Refuses(...UNREADABLE, 'ORIGIN_REFUSED', 'LOGIN_STALE')
  async logout(
    @Body() body: LogoutBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    [request.subject] = await this.auth.logout(this.terms.carriers.all(request), body.scope);
    if (!this.terms.cookie.isCarriedBy(request) || body.scope === 'others') return;
    this.terms.cookie.clear(request, reply);
    if (this.terms.cookie.isSecure) clearSiteData(reply);
  }

  /** Who am I, and in which session. */
  @Get('session')
  @ApiOkResponse({ type: SessionAnswer, description: 'The session is live, as of this answer.' })
  session(@Req() request: FastifyRequest): SessionAnswer {
    // Every other parameter passes the pipes, which this route, asked most of all, has no use for.
    return SessionAnswer.of(principalOf(request));
  }
}
