import { Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse } from '@nestjs/swagger';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Act } from '../../auth/act.decorator.js';
import { AuthService, type LoginTerms } from '../../auth/auth.service.js';
import { ChangesState } from '../../auth/changes-state.decorator.js';
import { Public } from '../../auth/public.decorator.js';
import { clientOf } from '../../auth/request-client.js';
import type { SessionCookie } from '../../auth/session-cookie.js';
import { applicationOf, callerOf } from '../../auth/wire-entry.js';
import { DomainError } from '../../errors/domain.error.js';
import { Refuses } from '../../errors/refuses.decorator.js';
import { RAW_BODY } from '../../http/body-reader.js';
import { WireBody } from '../../http/raw-body.decorator.js';
import type { SessionPolicy } from '../../session/session-policy.js';
import type { StartedSession } from '../../session/session-facts.js';
import { UseContract } from '../use-contract.decorator.js';
import { DittofiBody } from './dittofi-body.pipe.js';
import { DittofiPresenter } from './dittofi.presenter.js';
import { DITTOFI, DITTOFI_CARRIERS } from './dittofi.strategy.js';
import {
  DITTOFI_LOGINS,
  DittofiEmptyAnswer,
  DittofiLogin,
  DittofiSignup,
  DittofiUser,
  DittofiUserAnswer,
} from './dittofi.wire.js';

const ANY_TYPE = 'JSON whatever the content type says, or a form.';

/** How this wire starts sessions: the cookie and the row both live for 30 days. */
export class DittofiTerms {
  readonly policy: SessionPolicy = { lifetimeMs: 30 * 86_400_000, idleMs: 30 * 86_400_000 };

  constructor(readonly cookie: SessionCookie) {}
}

/** Newer generated frontends use a base address that ends in `/iapi`: every path answers under both. */
@UseContract(DITTOFI, DittofiPresenter, 'Dittofi')
@Controller(['v1', 'iapi/v1'])
export class DittofiController {
  constructor(
    private readonly auth: AuthService,
    private readonly terms: DittofiTerms,
  ) {}

  /** Log in. The token is the cookie `session-key`; the session of a cookie that came along ends. */
  @Post('login')
  @Act('login')
  @Public()
  @HttpCode(200)
  @RouteConfig(RAW_BODY)
  @ApiConsumes('application/json', 'application/x-www-form-urlencoded', 'multipart/form-data')
  @ApiBody({ type: DittofiLogin, description: ANY_TYPE, examples: DITTOFI_LOGINS })
  @ApiOkResponse({ type: DittofiUserAnswer, description: 'Logged in.' })
  @Refuses(
    'APPLICATION_UNKNOWN',
    'BODY_UNREADABLE',
    'VALIDATION_FAILED',
    'CREDENTIALS_REJECTED',
    'LOGIN_LOCKED',
    'ORIGIN_REFUSED',
    'SESSION_LIMIT_REACHED',
    'LOGIN_LIMITED',
  )
  async login(
    @WireBody(DittofiBody) body: DittofiLogin,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DittofiUserAnswer> {
    const { user, session } = await this.auth.login(body.email ?? body.username!, body.password, this.termsOf(request));
    this.handOver(session, request, reply);
    return { data: DittofiUser.of(user) };
  }

  /** Log out: exactly 200, also without a session and a second time. Other sessions of the user stay. */
  @Get(['logout_user', 'logout'])
  @Public()
  @ChangesState()
  @Act('logout')
  @ApiOkResponse({ type: DittofiEmptyAnswer, description: 'Logged out.' })
  @Refuses('APPLICATION_UNKNOWN', 'ORIGIN_REFUSED')
  async logout(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DittofiEmptyAnswer> {
    [request.subject] = await this.auth.logoutFrom(applicationOf(request).id, DITTOFI_CARRIERS.all(request));
    this.terms.cookie.clear(request, reply);
    return { data: null };
  }

  /** The user who is logged in. */
  @Get('me')
  @ApiOkResponse({ type: DittofiUserAnswer, description: 'The user, without the password.' })
  @Refuses('APPLICATION_UNKNOWN')
  me(@Req() request: FastifyRequest): DittofiUserAnswer {
    return { data: DittofiUser.of(callerOf(request)) };
  }

  /** Register, where the application lets people register themselves, and log in. */
  @Post('signup')
  @Act('register')
  @Public()
  @HttpCode(200)
  @RouteConfig(RAW_BODY)
  @ApiConsumes('application/json', 'application/x-www-form-urlencoded', 'multipart/form-data')
  @ApiBody({ type: DittofiSignup, description: ANY_TYPE })
  @ApiOkResponse({ type: DittofiEmptyAnswer, description: 'Registered and logged in.' })
  @Refuses(
    'APPLICATION_UNKNOWN',
    'BODY_UNREADABLE',
    'VALIDATION_FAILED',
    'PROPERTY_MISSING',
    'REGISTRATION_CLOSED',
    'ORIGIN_REFUSED',
    'IDENTITY_TAKEN',
    'LOGIN_LIMITED',
  )
  async signUp(
    @WireBody(DittofiBody) body: DittofiSignup,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DittofiEmptyAnswer> {
    if (body.confirm_password !== body.password) throw differentPasswords();
    const { session } = await this.auth.signUp(
      { username: body.email, password: body.password },
      this.termsOf(request),
    );
    this.handOver(session, request, reply);
    return { data: null };
  }

  private handOver(session: StartedSession, request: FastifyRequest, reply: FastifyReply): void {
    this.terms.cookie.set(request, reply, session.token, this.terms.policy.lifetimeMs / 1_000);
    request.subject = { userId: session.userId, sessionId: session.id };
  }

  private termsOf(request: FastifyRequest): LoginTerms {
    const { id: applicationId } = applicationOf(request);
    const presented = DITTOFI_CARRIERS.find(request);
    return { applicationId, client: clientOf(request, DITTOFI), policy: this.terms.policy, presented };
  }
}

function differentPasswords(): DomainError {
  const faults = [{ field: 'confirm_password', message: 'Passwords do not match' }];
  return new DomainError('VALIDATION_FAILED', 'The passwords differ.', { faults });
}
