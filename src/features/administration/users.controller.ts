import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { Administered, expires } from '../../auth/administered.js';
import type { Administrator } from '../../auth/administrator.js';
import { CurrentAdministrator, ForAdministrators } from '../../auth/for-administrators.decorator.js';
import { scopeMissing } from '../../auth/required-scope.guard.js';
import { Refuses, UNREADABLE } from '../../errors/refuses.decorator.js';
import { ApiExported } from '../../http/exported.decorator.js';
import { tooManyExports } from '../../http/exports.js';
import { IdPath } from '../../http/id-path.dto.js';
import { countTooLong } from '../../session/session-search.js';
import { lastAdministrator } from '../../user/administrators.js';
import { UserRegister } from '../../user/user-register.js';
import { UserService } from '../../user/user.service.js';
import { ApplicationQuery, NewUserBody, UserChangesBody } from './administration.dto.js';
import { USER_COLUMNS, UserAnswer, UsersAnswer } from './user-answer.dto.js';
import { shutOut, UserAdministrationService } from './user-administration.service.js';
import { UserListsService } from './user-lists.service.js';
import { CHANGES, FOUND_USER } from './users.examples.js';
import { UsersQuery } from './users-query.dto.js';

/** Users, for those who have the role `admin`. A service key gives that role only where it has the scope `admin` and never expires. */
@ApiTags('Administration')
@Controller('api/v1/admin/users')
@ForAdministrators('users')
export class UsersController {
  constructor(
    private readonly administered: Administered,
    private readonly register: UserRegister,
    private readonly users: UserService,
    private readonly lists: UserListsService,
    private readonly administration: UserAdministrationService,
  ) {}

  /** Make a user. */
  @Post()
  @ApiCreatedResponse({
    type: UserAnswer,
    description: 'Made. With a password they can log in at once; without one, once they used a link.',
  })
  @Refuses(...UNREADABLE, scopeMissing('admin'), expires(), 'NOT_FOUND', 'ORIGIN_REFUSED', 'IDENTITY_TAKEN')
  async create(
    @Body() body: NewUserBody,
    @Query() { applicationId }: ApplicationQuery,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<UserAnswer> {
    const application = await this.administered.application(administrator, applicationId);
    await this.administered.grant(administrator, application, body.roles);
    return this.lists.describe(await this.register.register(application, body));
  }

  /** The users, newest first. */
  @ForAdministrators('users', ['auditor', 'support'])
  @Get()
  @ApiExported({ type: UsersAnswer, description: 'The users.', columns: USER_COLUMNS, example: FOUND_USER })
  @Refuses('VALIDATION_FAILED', 'FORBIDDEN', 'NOT_FOUND', tooManyExports(), countTooLong())
  async list(
    @Query() { limit, after, total, ...filter }: UsersQuery,
    @CurrentAdministrator() administrator: Administrator,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UsersAnswer | Readable> {
    const applicationId = await this.administered.application(administrator, filter.applicationId);
    return this.lists.answer([request, reply], { ...filter, applicationId }, { limit, after, total });
  }

  /** One user. */
  @ForAdministrators('users', ['auditor', 'support'])
  @Get(':id')
  @ApiOkResponse({ type: UserAnswer, description: 'The user.' })
  @Refuses('VALIDATION_FAILED', 'NOT_FOUND')
  async read(
    @Param() { id }: IdPath,
    @Query() { applicationId }: ApplicationQuery,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<UserAnswer> {
    return this.lists.describe(
      await this.users.get(await this.administered.application(administrator, applicationId), id),
    );
  }

  /** Change a user. Disabling ends all of their sessions in the same transaction. */
  @Patch(':id')
  @ApiBody({ type: UserChangesBody, examples: CHANGES })
  @ApiOkResponse({ type: UserAnswer, description: 'The user as they are now.' })
  @Refuses(
    ...UNREADABLE,
    scopeMissing('admin'),
    expires(),
    shutOut(),
    lastAdministrator(),
    'ORIGIN_REFUSED',
    'NOT_FOUND',
  )
  async change(
    @Param() { id }: IdPath,
    @Query() { applicationId }: ApplicationQuery,
    @Body() changes: UserChangesBody,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<UserAnswer> {
    const application = await this.administered.application(administrator, applicationId);
    await this.administered.grant(administrator, application, changes.roles);
    return this.lists.describe(await this.administration.change(administrator, application, id, changes));
  }

  /** Delete a user. Their sessions end in the same transaction; what events tell of the person is erased, unless ERASE_DELETED_USERS is off. */
  @Delete(':id')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'Deleted.' })
  @Refuses('VALIDATION_FAILED', scopeMissing('admin'), shutOut(), lastAdministrator(), 'ORIGIN_REFUSED', 'NOT_FOUND')
  async remove(
    @Param() { id }: IdPath,
    @Query() { applicationId }: ApplicationQuery,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<void> {
    const application = await this.administered.application(administrator, applicationId);
    await this.administration.remove(administrator, application, id);
  }
}
