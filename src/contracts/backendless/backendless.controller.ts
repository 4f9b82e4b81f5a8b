import { Controller, Get, HttpCode, Post, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiExcludeEndpoint, ApiOkResponse, ApiParam } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Act } from '../../auth/act.decorator.js';
import { AuthService, type Entered, type LoginTerms } from '../../auth/auth.service.js';
import { ChangesState } from '../../auth/changes-state.decorator.js';
import { Public } from '../../auth/public.decorator.js';
import { clientOf } from '../../auth/request-client.js';
import { WireCallers } from '../../auth/wire-callers.js';
import { applicationOf } from '../../auth/wire-entry.js';
import { DomainError } from '../../errors/domain.error.js';
import { UNLISTED } from '../../http/allowed-methods.js';
import { RAW_BODY } from '../../http/body-reader.js';
import { WireBody } from '../../http/raw-body.decorator.js';
import type { SessionPolicy } from '../../session/session-policy.js';
import { UseContract } from '../use-contract.decorator.js';
import { BackendlessBody, type Members } from './backendless-body.pipe.js';
import { RefusesHere, RefusesLogin } from './backendless-documents.js';
import { BackendlessGuest } from './backendless-newcomers.wire.js';
import { AnswersNothing, MayTakeToken } from './backendless-open.decorator.js';
import { offerOf } from './backendless-bodies.js';
import { isServer } from './backendless-roles.js';
import { BackendlessPresenter } from './backendless.presenter.js';
import { BACKENDLESS } from './backendless.strategy.js';
import { BACKENDLESS_LOGINS, BackendlessLoggedIn, BackendlessLogin, BackendlessUser } from './backendless.wire.js';

/** An hour idle; and the newest login wins, unless the application says otherwise. */
export const BACKENDLESS_POLICY: SessionPolicy = {
  idleMs: 3_600_000,
  lifetimeMs: 30 * 86_400_000,
  limit: 1,
  atLimit: 'end_oldest',
  limitedContract: BACKENDLESS,
};

/** Sessions of the Backendless wire. Every path also answers under `/<application id>/<key>` in place of `/api`. */
@UseContract(BACKENDLESS, BackendlessPresenter, 'Backendless sessions')
@Controller('api/users')
export class BackendlessController {
  constructor(
    private readonly auth: AuthService,
    private readonly callers: WireCallers,
  ) {}

  /** Log in. The answer holds the token as `user-token`; a token that came along is not looked at. */
  @Post('login')
  @Act('login')
  @Public()
  @HttpCode(200)
  @RouteConfig(RAW_BODY)
  @ApiBody({ type: BackendlessLogin, examples: BACKENDLESS_LOGINS })
  @ApiOkResponse({ type: BackendlessLoggedIn, description: 'Logged in.' })
  @RefusesLogin()
  async login(@WireBody(BackendlessBody) body: Members, @Req() request: FastifyRequest): Promise<BackendlessLoggedIn> {
    const offer = offerOf(body, isServer(applicationOf(request)));
    const terms = termsOf(request);
    const entered =
      'userId' in offer
        ? await this.auth.enterAs(offer.userId, terms)
        : await this.auth.login(offer.login, offer.password, terms);
    return loggedIn(entered, request);
  }

  /** Log in as a guest, where the application has guests. Registering with this `objectId` makes a full user of the guest. */
  @Post('register/guest')
  @Act('login')
  @Public()
  @HttpCode(200)
  @RouteConfig(RAW_BODY)
  @ApiOkResponse({ type: BackendlessGuest, description: 'Logged in as a guest.' })
  @RefusesHere('LOGIN_LIMITED', 'REGISTRATION_CLOSED')
  async enterAsGuest(@Req() request: FastifyRequest): Promise<BackendlessLoggedIn> {
    return loggedIn(await this.auth.enterAsGuest(termsOf(request)), request);
  }

  /** Log out. Without a token there is nothing to end, and that is success; a dead one is refused. Other sessions of the user stay. POST does the same where the application wants it. */
  @Get('logout')
  @MayTakeToken()
  @ChangesState()
  @Act('logout')
  @AnswersNothing('Logged out.')
  @RefusesHere('SESSION_UNKNOWN', 'USER_DISABLED')
  logout(@Req() request: FastifyRequest): Promise<void> {
    return this.callers.logOut(BACKENDLESS, request);
  }

  /** The same for clients that POST, where the application wants it. */
  @Post('logout')
  @Act('logout')
  @Public()
  @HttpCode(200)
  @RouteConfig({ ...RAW_BODY, ...UNLISTED })
  @ApiExcludeEndpoint()
  logoutByPost(@Req() request: FastifyRequest): Promise<void> {
    const { wires } = applicationOf(request);
    if (wires.backendless?.isPostLogoutOpen) return this.callers.logOut(BACKENDLESS, request);
    throw new DomainError('METHOD_NOT_ALLOWED', 'Log out with GET.', { allowedMethods: ['GET'] });
  }

  /** Whether a token is alive: `true` or `false`. The question counts as use of the session. */
  @Get('isvalidusertoken/:token')
  @Public()
  @ApiParam({ name: 'token', description: 'The `user-token` of a login.', example: 'cfs_GZqj8nweezqbHy9MXW5_gBmao…' })
  @ApiOkResponse({ schema: { type: 'boolean', example: false }, description: 'Alive or not.' })
  @RefusesHere()
  isValidToken(@Req() request: FastifyRequest): boolean {
    return this.callers.isThere(BACKENDLESS, request);
  }
}

function termsOf(request: FastifyRequest): LoginTerms {
  const client = clientOf(request, BACKENDLESS);
  return { applicationId: applicationOf(request).id, client, policy: BACKENDLESS_POLICY, tellsDisabled: true };
}

function loggedIn({ user, session }: Entered, request: FastifyRequest): BackendlessLoggedIn {
  request.subject = { userId: session.userId, sessionId: session.id };
  return Object.assign(BackendlessUser.of(user, session.createdAt), { 'user-token': session.token });
}
