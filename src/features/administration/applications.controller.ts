import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApplicationRegister } from '../../application/application-register.js';
import { freshKey, isSecretKind } from '../../application/application-keys.js';
import { Administered, expires } from '../../auth/administered.js';
import type { Administrator } from '../../auth/administrator.js';
import { CurrentAdministrator, ForAdministrators } from '../../auth/for-administrators.decorator.js';
import { Refuses, UNREADABLE } from '../../errors/refuses.decorator.js';
import { IdPath } from '../../http/id-path.dto.js';
import { PageQuery } from '../../http/page.dto.js';
import { AdministrationService } from './administration.service.js';
import { APPLICATION_CHANGES, NEW_APPLICATIONS } from './application.examples.js';
import { EndSessionsBody, SessionsEndedAnswer } from './application-ending.dto.js';
import { KeyAnswer, NewKeyBody } from './application-keys.dto.js';
import { answerOf, settingsOf } from './application-translation.js';
import { ApplicationAnswer, ApplicationsAnswer } from './application-answer.dto.js';
import { ApplicationChangesBody, NewApplicationBody } from './applications.dto.js';
import { KeyPath } from './key-path.dto.js';

/** Applications, for administrators of the first one. Each change acts on the next request. */
@ApiTags('Applications')
@Controller('api/v1/admin/applications')
@ForAdministrators('admin')
export class ApplicationsController {
  constructor(
    private readonly administered: Administered,
    private readonly applications: ApplicationRegister,
    private readonly administration: AdministrationService,
  ) {}

  /** Make an application. With ids and keys brought along, an existing app keeps its own. */
  @Post()
  @ApiBody({ type: NewApplicationBody, examples: NEW_APPLICATIONS })
  @ApiCreatedResponse({
    type: ApplicationAnswer,
    description: 'Made. Keys of a secret kind are shown here, and never again.',
  })
  @Refuses(...UNREADABLE, 'ORIGIN_REFUSED', 'APPLICATION_CONFLICT')
  async create(
    @Body() { id, keys = [{ kind: 'client' }], ...body }: NewApplicationBody,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<ApplicationAnswer> {
    await this.administered.all(administrator);
    const complete = keys.map(({ kind, key = freshKey() }) => ({ kind, key }));
    const settings = { ...settingsOf(body), name: body.name, keys: complete, ...(id !== undefined && { id }) };
    return answerOf(await this.applications.create(settings));
  }

  /** The applications, newest first. */
  @ForAdministrators('admin', ['auditor'])
  @Get()
  @ApiOkResponse({ type: ApplicationsAnswer, description: 'One page of them.' })
  @Refuses('VALIDATION_FAILED')
  async list(
    @Query() { limit = 50, after }: PageQuery,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<ApplicationsAnswer> {
    await this.administered.all(administrator);
    const found = await this.applications.list(limit + 1, after);
    const page = found.slice(0, limit);
    return { applications: page.map(answerOf), next: found.length > limit ? page.at(-1)!.id : null };
  }

  /** One application. */
  @ForAdministrators('admin', ['auditor'])
  @Get(':id')
  @ApiOkResponse({ type: ApplicationAnswer, description: 'The application.' })
  @Refuses('VALIDATION_FAILED', 'NOT_FOUND')
  async read(
    @Param() { id }: IdPath,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<ApplicationAnswer> {
    await this.administered.all(administrator);
    return answerOf(await this.applications.get(id));
  }

  /** Change an application. What is left out stays; lists are replaced whole. */
  @Patch(':id')
  @ApiBody({ type: ApplicationChangesBody, examples: APPLICATION_CHANGES })
  @ApiOkResponse({ type: ApplicationAnswer, description: 'The application as it is now, and for the next request.' })
  @Refuses(...UNREADABLE, 'ORIGIN_REFUSED', 'NOT_FOUND', 'APPLICATION_CONFLICT')
  async change(
    @Param() { id }: IdPath,
    @Body() body: ApplicationChangesBody,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<ApplicationAnswer> {
    await this.administered.all(administrator);
    if (body.status === 'disabled') this.administered.another(administrator, id);
    return answerOf(await this.applications.change(id, settingsOf(body)));
  }

  /** Add a key. One of a secret kind opens doors by itself: a service key that expires adds none. */
  @Post(':id/keys')
  @ApiCreatedResponse({ type: KeyAnswer, description: 'Added. A key of a secret kind is shown here, and never again.' })
  @Refuses(...UNREADABLE, 'ORIGIN_REFUSED', 'NOT_FOUND', 'APPLICATION_CONFLICT', expires())
  async addKey(
    @Param() { id }: IdPath,
    @Body() { kind, key = freshKey() }: NewKeyBody,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<KeyAnswer> {
    await this.administered.all(administrator);
    if (isSecretKind(kind)) await this.administered.lasting(administrator);
    return KeyAnswer.of(await this.applications.addKey(id, { kind, key }));
  }

  /** Remove a key. From the next request on it names nothing; sessions stay. */
  @Delete(':id/keys/:keyId')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'Removed.' })
  @Refuses('VALIDATION_FAILED', 'ORIGIN_REFUSED', 'NOT_FOUND')
  async removeKey(
    @Param() { id, keyId }: KeyPath,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<void> {
    await this.administered.all(administrator);
    await this.applications.removeKey(id, keyId);
  }

  /** Log everyone of an application out. Needs a login of the last five minutes; takes as long for a million sessions as for one. */
  @Post(':id/sessions/end')
  @HttpCode(200)
  @ApiOkResponse({
    type: SessionsEndedAnswer,
    description: 'Ended: every session of the application, your own too if it is one of them. New logins live.',
  })
  @Refuses(...UNREADABLE, 'ORIGIN_REFUSED', 'LOGIN_STALE', 'NOT_FOUND')
  async endSessions(
    @Param() { id }: IdPath,
    @Body() { reason }: EndSessionsBody,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<SessionsEndedAnswer> {
    await this.administered.all(administrator);
    return { applicationId: id, endedAt: await this.administration.endSessions(administrator, id, reason) };
  }
}
