import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiNoContentResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { disabled, PasswordLinkService, spent } from '../../auth/password-link.service.js';
import { Public } from '../../auth/public.decorator.js';
import { addressOf } from '../../auth/request-client.js';
import { Refuses, UNREADABLE } from '../../errors/refuses.decorator.js';
import { PasswordLinkBody } from './password.dto.js';

/** Where a page for new passwords sends what it was given: ours, or one of the operator's. */
@ApiTags('Authentication')
@Controller('api/v1/auth/password')
export class PasswordController {
  constructor(private readonly links: PasswordLinkService) {}

  /** Choose a password by a link. Uses the link up, and ends all sessions of its user. */
  @Post('link')
  @Public()
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'The password is set. Nobody is logged in by that.' })
  @Refuses(...UNREADABLE, spent(), disabled(), 'ORIGIN_REFUSED', 'LOGIN_LIMITED')
  async redeem(@Body() { code, newPassword }: PasswordLinkBody, @Req() request: FastifyRequest): Promise<void> {
    request.user = await this.links.redeem(code, newPassword, addressOf(request) ?? '');
  }
}
