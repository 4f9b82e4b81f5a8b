import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Act } from '../../auth/act.decorator.js';
import { ForServices } from '../../auth/for-services.decorator.js';
import { scopeMissing } from '../../auth/required-scope.guard.js';
import { Refuses } from '../../errors/refuses.decorator.js';
import { RAW_BODY } from '../../http/body-reader.js';
import { QUESTION } from '../../http/request-log.js';
import { ASKING_BY_FORM } from './asking.strategies.js';
import { Introspection, introspectionOf } from './introspection.dto.js';
import { SIGNED_TYPE } from './introspection-signer.js';
import { Issuer } from './issuer.js';
import { tokenIn, unfitForm } from './oauth-form.js';
import { RevocationService } from './revocation.service.js';
import { REVOKING } from './revocation.strategy.js';
import { IntrospectForm, RevokeForm } from './oauth-forms.dto.js';

const FORM = 'application/x-www-form-urlencoded';

/** What OAuth 2.0 knows of sessions: asking about a token, and ending it. */
@ApiTags('OAuth 2.0')
@Controller('oauth2')
export class OAuthController {
  constructor(
    private readonly issuer: Issuer,
    private readonly revocations: RevocationService,
  ) {}

  /** Ask about a token. RFC 7662: is it live, and whose is it? Tokens of every contract are known. With `Accept: application/token-introspection+jwt` the answer is signed, where this server has a key (RFC 9701). */
  @Post('introspect')
  @HttpCode(200)
  @RouteConfig({ ...RAW_BODY, ...QUESTION })
  @ForServices('introspect', ASKING_BY_FORM)
  @ApiConsumes(FORM)
  @ApiBody({ type: IntrospectForm })
  @ApiProduces('application/json', SIGNED_TYPE)
  @ApiOkResponse({ type: Introspection, description: 'As of this answer. Keep it for no time at all.' })
  @Refuses(unfitForm(), scopeMissing('introspect'))
  async introspect(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Introspection | string> {
    tokenIn(request);
    const { service, asked } = request;
    const { url, signer } = this.issuer;
    const answer = introspectionOf(asked![0], service!, url);
    if (!signer?.isWanted(request.headers.accept)) return answer;
    void reply.type(SIGNED_TYPE);
    return signer.sign(answer, url, service!.keyId);
  }

  /** End the session of this token. RFC 7009: final once answered; success as well for a token that is dead or malformed. */
  @Post('revoke')
  @Act('revoke')
  @HttpCode(200)
  @RouteConfig(RAW_BODY)
  @ForServices('revoke', REVOKING)
  @ApiConsumes(FORM)
  @ApiBody({ type: RevokeForm })
  @ApiOkResponse({ description: 'Ended: from now on no node, route or contract accepts the token. The body is empty.' })
  @Refuses(unfitForm(), scopeMissing('revoke'), 'TOKEN_NOT_YOURS', 'ORIGIN_REFUSED')
  async revoke(@Req() request: FastifyRequest): Promise<void> {
    const token = tokenIn(request);
    request.subject = await this.revocations.revoke(token, request.service!, request.asked![0]);
  }
}
