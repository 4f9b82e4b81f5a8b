import { applyDecorators, Controller, Get, Header, HttpCode, Post, Req, Res, UseFilters } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Act } from '../../auth/act.decorator.js';
import { PasswordLinkService } from '../../auth/password-link.service.js';
import { Public } from '../../auth/public.decorator.js';
import { addressOf } from '../../auth/request-client.js';
import { Refuses } from '../../errors/refuses.decorator.js';
import { RAW_BODY } from '../../http/body-reader.js';
import { WireBody } from '../../http/raw-body.decorator.js';
import { PasswordForm } from './password-form.pipe.js';
import { PAGE_TYPE, PasswordPage } from './password-page.js';
import { PasswordPagePresenter } from './password-page.presenter.js';
import { PasswordLinkBody } from './password.dto.js';

const HTML = { 'text/html': { schema: { type: 'string', example: '<!doctype html>' } } };
const REFUSED = {
  400: 'The password is too weak, or the form is none.',
  401: 'The link is good no longer.',
  403: 'The user is disabled, or the form came from elsewhere.',
  415: 'The form is in another format than the page sends.',
  429: 'Too many attempts.',
};

/** Refusals as the page shows them: it comes back, and says why. */
function RefusesOnPage(): MethodDecorator {
  const responses = Object.entries(REFUSED).map(([status, description]) =>
    ApiResponse({ status: Number(status), description: `${description} The page says so.`, content: HTML as never }),
  );
  return applyDecorators(...responses);
}

/** The page on which people choose a password by a link, for operators who have none of their own. */
@ApiTags('Authentication')
@UseFilters(PasswordPagePresenter)
@Controller('password')
export class PasswordPageController {
  constructor(private readonly links: PasswordLinkService) {}

  /** The page for new passwords. The code stands in its address behind the `#`, which no browser sends. */
  @Get()
  @Public()
  @Header('content-type', PAGE_TYPE)
  @ApiOkResponse({ description: 'The page.', content: HTML as never })
  @Refuses('REQUEST_INVALID')
  show(@Res({ passthrough: true }) reply: FastifyReply): string {
    return answered(reply, PasswordPage.empty());
  }

  /** Choose a password by a link, on the page without its script. Answers the page again, with what came of it. */
  @Post()
  @Act('password.redeem')
  @Public()
  @HttpCode(200)
  @RouteConfig(RAW_BODY)
  @Header('content-type', PAGE_TYPE)
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ type: PasswordLinkBody })
  @ApiOkResponse({ description: 'The password is set.', content: HTML as never })
  @RefusesOnPage()
  async redeem(
    @WireBody(PasswordForm) { code, newPassword }: PasswordLinkBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    request.user = await this.links.redeem(code.trim(), newPassword, addressOf(request) ?? '');
    return answered(reply, PasswordPage.done());
  }
}

function answered(reply: FastifyReply, page: PasswordPage): string {
  void reply.headers(page.headers);
  return page.html;
}
