import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refuses, UNREADABLE } from '../errors/refuses.decorator.js';
import type { Principal } from '../session/principal.js';
import { Act } from './act.decorator.js';
import { PasswordBody, TokenAnswer } from './auth.dto.js';
import { AuthService } from './auth.service.js';
import { CurrentPrincipal } from './current-principal.decorator.js';
import { NativeTerms } from './native-terms.js';
import { addressOf } from './request-client.js';

/** Gives a living session a new token, by the way the old one came. */
@ApiTags('Authentication')
@Controller('api/v1/auth')
export class RenewalController {
  constructor(
    private readonly auth: AuthService,
    private readonly terms: NativeTerms,
  ) {}

  /** Rotate: a new token for the same session; the old one is dead. */
  @Post('rotate')
  @Act('session.rotate')
  @HttpCode(200)
  @ApiOkResponse({ type: TokenAnswer, description: 'The new token; as a cookie, where the old one came as one.' })
  @Refuses('ORIGIN_REFUSED')
  async rotate(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentPrincipal() principal: Principal,
  ): Promise<TokenAnswer> {
    return this.terms.handOver(await this.auth.rotate(this.terms.carriers.find(request)), request, reply, principal);
  }

  /** Change the password. Ends the user's other sessions and rotates this one. */
  @Post('password')
  @Act('password.change')
  @HttpCode(200)
  @ApiOkResponse({
    type: TokenAnswer,
    description: 'Changed. The new token; as a cookie, where the old one came as one.',
  })
  @Refuses(...UNREADABLE, 'ORIGIN_REFUSED', 'PASSWORD_REJECTED', 'LOGIN_LIMITED')
  async password(
    @Body() { currentPassword, newPassword }: PasswordBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentPrincipal() principal: Principal,
  ): Promise<TokenAnswer> {
    const address = addressOf(request) ?? '';
    const token = await this.auth.changePassword(
      principal,
      this.terms.carriers.find(request),
      currentPassword,
      newPassword,
      address,
    );
    return this.terms.handOver(token, request, reply, principal);
  }
}
