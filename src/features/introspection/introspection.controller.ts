import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ForServices } from '../../auth/for-services.decorator.js';
import { scopeMissing } from '../../auth/required-scope.guard.js';
import { Refuses, UNREADABLE } from '../../errors/refuses.decorator.js';
import { LARGE_BODY } from '../../http/body-reader.js';
import { QUESTION } from '../../http/request-log.js';
import { ASKING_BY_BODY } from './asking.strategies.js';
import { IntrospectionsAnswer, introspectionOf } from './introspection.dto.js';
import { Issuer } from './issuer.js';
import { TokensBody } from './tokens.dto.js';

/** Who is behind these tokens, and are they still in? */
@ApiTags('Services')
@Controller('api/v1/sessions')
@ForServices('introspect', ASKING_BY_BODY)
export class IntrospectionController {
  constructor(private readonly issuer: Issuer) {}

  /** Ask about many tokens at once. One statement answers for the key and for all of them. */
  @Post('introspect')
  @HttpCode(200)
  @RouteConfig({ ...LARGE_BODY, ...QUESTION })
  @ApiOkResponse({ type: IntrospectionsAnswer, description: 'As of this answer. Keep it for no time at all.' })
  @Refuses(...UNREADABLE, scopeMissing('introspect'))
  introspect(@Body() { tokens }: TokensBody, @Req() request: FastifyRequest): IntrospectionsAnswer {
    const { service, asked } = request as Required<FastifyRequest>;
    return { results: tokens.map((_, place) => introspectionOf(asked![place], service!, this.issuer.url)) };
  }
}
