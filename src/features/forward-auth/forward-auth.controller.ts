import {
  Controller,
  Delete,
  Get,
  Head,
  HttpCode,
  Options,
  Patch,
  Post,
  Put,
  Query,
  Res,
  UseFilters,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AuthenticateWith } from '../../auth/authenticate-with.decorator.js';
import { ChangesState } from '../../auth/changes-state.decorator.js';
import { CurrentPrincipal } from '../../auth/current-principal.decorator.js';
import type { Principal } from '../../session/principal.js';
import { AskedByProxies } from './asked-by-proxies.decorator.js';
import { ForwardAuthQuery } from './forward-auth.dto.js';
import { ForwardAuthPresenter } from './forward-auth.presenter.js';
import { FORWARDED } from './forward-auth.strategy.js';
import { identityHeaders } from './identity-headers.js';
import { refuseUnfit } from './requirements.js';

/**
 * A proxy asks here about each request that it holds, with the headers that its client sent: let it pass, and as whom?
 * Some keep the method, so every one that browsers and scripts use is a question.
 */
@ApiTags('Forward-auth')
@AuthenticateWith(FORWARDED)
@ChangesState(false)
@UseFilters(ForwardAuthPresenter)
@Controller('api/v1/forward-auth')
export class ForwardAuthController {
  /**
   * Ask whether a request may pass. For proxies: nginx’ `auth_request`, Caddy’s `forward_auth` and others send
   * what their client sent. The token may travel as bearer, in our cookie, or as any wire that is on carries it;
   * places that disagree are no token.
   */
  @Get()
  @AskedByProxies()
  get(
    @CurrentPrincipal() principal: Principal,
    @Query() query: ForwardAuthQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): void {
    this.answer(principal, query, reply);
  }

  /** Ask about a HEAD. The same, from a proxy that keeps the method. */
  @Head()
  @AskedByProxies()
  head(
    @CurrentPrincipal() principal: Principal,
    @Query() query: ForwardAuthQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): void {
    this.answer(principal, query, reply);
  }

  /** Ask about a POST. The same, from a proxy that keeps the method. A body is dropped. */
  @Post()
  @HttpCode(200)
  @AskedByProxies()
  post(
    @CurrentPrincipal() principal: Principal,
    @Query() query: ForwardAuthQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): void {
    this.answer(principal, query, reply);
  }

  /** Ask about a PUT. The same, from a proxy that keeps the method. A body is dropped. */
  @Put()
  @AskedByProxies()
  put(
    @CurrentPrincipal() principal: Principal,
    @Query() query: ForwardAuthQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): void {
    this.answer(principal, query, reply);
  }

  /** Ask about a PATCH. The same, from a proxy that keeps the method. A body is dropped. */
  @Patch()
  @AskedByProxies()
  patch(
    @CurrentPrincipal() principal: Principal,
    @Query() query: ForwardAuthQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): void {
    this.answer(principal, query, reply);
  }

  /** Ask about a DELETE. The same, from a proxy that keeps the method. A body is dropped. */
  @Delete()
  @AskedByProxies()
  delete(
    @CurrentPrincipal() principal: Principal,
    @Query() query: ForwardAuthQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): void {
    this.answer(principal, query, reply);
  }

  /**
   * Ask about an OPTIONS. The same, from a proxy that keeps the method. A preflight is a question about a token
   * like any other.
   */
  @Options()
  @AskedByProxies()
  options(
    @CurrentPrincipal() principal: Principal,
    @Query() query: ForwardAuthQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): void {
    this.answer(principal, query, reply);
  }

  private answer(principal: Principal, query: ForwardAuthQuery, reply: FastifyReply): void {
    refuseUnfit(principal, query);
    void reply.headers(identityHeaders(principal));
  }
}
