import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Administered } from '../../auth/administered.js';
import type { Administrator } from '../../auth/administrator.js';
import { CurrentAdministrator, ForAdministrators } from '../../auth/for-administrators.decorator.js';
import { Refuses, UNREADABLE } from '../../errors/refuses.decorator.js';
import { IdPath } from '../../http/id-path.dto.js';
import { PageQuery } from '../../http/page.dto.js';
import { WebhookRegister } from '../../webhook/webhook-register.js';
import { WebhookAnswer, WebhooksAnswer, WebhookSecretAnswer } from './webhook-answer.dto.js';
import { NewWebhookBody, RotateSecretBody, WebhookChangesBody } from './webhooks.dto.js';
import { NEW_WEBHOOKS, WEBHOOK_CHANGES } from './webhooks.examples.js';

const A_DAY_SECONDS = 86_400;

/** Where events are sent, for those who have the role `admin`: of their own application, and of all in the first one. */
@ApiTags('Webhooks')
@Controller('api/v1/admin/webhooks')
@ForAdministrators('admin')
export class WebhooksController {
  constructor(
    private readonly administered: Administered,
    private readonly webhooks: WebhookRegister,
  ) {}

  /** Make a webhook. It gets what happens from now on. */
  @Post()
  @ApiBody({ type: NewWebhookBody, examples: NEW_WEBHOOKS })
  @ApiCreatedResponse({ type: WebhookSecretAnswer, description: 'Made. The secret is shown here, and never again.' })
  @Refuses(...UNREADABLE, 'ORIGIN_REFUSED', 'NOT_FOUND')
  async create(
    @Body() { applicationId: asked, types = [], description = null, ...body }: NewWebhookBody,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<WebhookSecretAnswer> {
    const applicationId = await this.administered.applicationOrAll(administrator, asked);
    return WebhookSecretAnswer.with(await this.webhooks.create({ ...body, types, description, applicationId }));
  }

  /** The webhooks, newest first. */
  @ForAdministrators('admin', ['auditor'])
  @Get()
  @ApiOkResponse({ type: WebhooksAnswer, description: 'One page of them.' })
  @Refuses('VALIDATION_FAILED')
  async list(
    @Query() { limit = 50, after }: PageQuery,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<WebhooksAnswer> {
    const found = await this.webhooks.list(await this.administered.bounds(administrator), limit + 1, after);
    const page = found.slice(0, limit);
    return {
      webhooks: page.map((webhook) => WebhookAnswer.of(webhook)),
      next: found.length > limit ? page.at(-1)!.id : null,
    };
  }

  /** One webhook. */
  @ForAdministrators('admin', ['auditor'])
  @Get(':id')
  @ApiOkResponse({ type: WebhookAnswer, description: 'The webhook, without its secret.' })
  @Refuses('VALIDATION_FAILED', 'NOT_FOUND')
  async read(@Param() { id }: IdPath, @CurrentAdministrator() administrator: Administrator): Promise<WebhookAnswer> {
    return WebhookAnswer.of(await this.webhooks.get(await this.administered.bounds(administrator), id));
  }

  /** Change a webhook. Enabled again, it gets what waits, and what happens from now on. */
  @Patch(':id')
  @ApiBody({ type: WebhookChangesBody, examples: WEBHOOK_CHANGES })
  @ApiOkResponse({ type: WebhookAnswer, description: 'The webhook as it is now. Disabled: nothing is sent any more.' })
  @Refuses(...UNREADABLE, 'ORIGIN_REFUSED', 'NOT_FOUND')
  async change(
    @Param() { id }: IdPath,
    @Body() changes: WebhookChangesBody,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<WebhookAnswer> {
    return WebhookAnswer.of(await this.webhooks.change(await this.administered.bounds(administrator), id, changes));
  }

  /** Delete a webhook and its log. */
  @Delete(':id')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'Deleted. Nothing is sent any more.' })
  @Refuses('VALIDATION_FAILED', 'ORIGIN_REFUSED', 'NOT_FOUND')
  async remove(@Param() { id }: IdPath, @CurrentAdministrator() administrator: Administrator): Promise<void> {
    await this.webhooks.remove(await this.administered.bounds(administrator), id);
  }

  /** Give a webhook a new secret. For a while the old one signs beside it. */
  @Post(':id/secret')
  @HttpCode(200)
  @ApiOkResponse({ type: WebhookSecretAnswer, description: 'The new secret, shown here and never again.' })
  @Refuses(...UNREADABLE, 'ORIGIN_REFUSED', 'NOT_FOUND')
  async rotate(
    @Param() { id }: IdPath,
    @Body() { overlapSeconds = A_DAY_SECONDS, secret }: RotateSecretBody,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<WebhookSecretAnswer> {
    const only = await this.administered.bounds(administrator);
    return WebhookSecretAnswer.with(await this.webhooks.rotate(only, id, overlapSeconds, secret));
  }
}
