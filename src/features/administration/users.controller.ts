import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Administered } from '../../auth/administered.js';
import type { Administrator } from '../../auth/administrator.js';
import { CurrentAdministrator, ForAdministrators } from '../../auth/for-administrators.decorator.js';
import { scopeMissing } from '../../auth/required-scope.guard.js';
import { Refuses, UNREADABLE } from '../../errors/refuses.decorator.js';
import { IdPath } from '../../http/id-path.dto.js';
import { UserRegister } from '../../user/user-register.js';
import { UserService } from '../../user/user.service.js';
import { ApplicationQuery, NewUserBody, UserChangesBody, UsersQuery } from './administration.dto.js';
import { UserAnswer, UsersAnswer } from './user-answer.dto.js';
import { AdministrationService } from './administration.service.js';

/** Changes that Swagger UI offers: one at a time, and none by accident. */
const CHANGES = {
  roles: { summary: 'Give roles', value: { roles: ['editor'] } },
  name: { summary: 'Give another display name', value: { displayName: 'Alice' } },
  disable: { summary: 'Disable', value: { status: 'disabled' } },
  enable: { summary: 'Enable again', value: { status: 'active' } },
};

/** Users, for those who have the role `admin`. A service key gives that role only where it has the scope `admin`. */
@ApiTags('Administration')
@Controller('api/v1/admin/users')
@ForAdministrators('users')
export class UsersController {
  constructor(
    private readonly administered: Administered,
    private readonly register: UserRegister,
    private readonly users: UserService,
    private readonly administration: AdministrationService,
  ) {}

  /** Make a user. */
  @Post()
  @ApiCreatedResponse({ type: UserAnswer, description: 'Made. They can log in at once.' })
  @Refuses(...UNREADABLE, scopeMissing('admin'), 'NOT_FOUND', 'ORIGIN_REFUSED', 'IDENTITY_TAKEN')
  async create(
    @Body() body: NewUserBody,
    @Query() { applicationId }: ApplicationQuery,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<UserAnswer> {
    const application = await this.administered.application(administrator, applicationId);
    await this.administered.grant(administrator, application, body.roles);
    return UserAnswer.of(await this.register.register(application, body));
  }

  /** The users, newest first. */
  @ForAdministrators('users', ['auditor', 'support'])
  @Get()
  @ApiOkResponse({ type: UsersAnswer, description: 'One page of them.' })
  @Refuses('VALIDATION_FAILED')
  async list(
    @Query() { limit = 50, after, login, applicationId }: UsersQuery,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<UsersAnswer> {
    const application = await this.administered.application(administrator, applicationId);
    const users = await this.users.list(application, limit + 1, after, login);
    const page = users.slice(0, limit);
    return { users: page.map((user) => UserAnswer.of(user)), next: users.length > limit ? page.at(-1)!.id : null };
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
    return UserAnswer.of(await this.users.get(await this.administered.application(administrator, applicationId), id));
  }

  /** Change a user. Disabling ends all of their sessions in the same transaction. */
  @Patch(':id')
  @ApiBody({ type: UserChangesBody, examples: CHANGES })
  @ApiOkResponse({ type: UserAnswer, description: 'The user as they are now.' })
  @Refuses(...UNREADABLE, scopeMissing('admin'), 'ORIGIN_REFUSED', 'NOT_FOUND')
  async change(
    @Param() { id }: IdPath,
    @Query() { applicationId }: ApplicationQuery,
    @Body() changes: UserChangesBody,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<UserAnswer> {
    const application = await this.administered.application(administrator, applicationId);
    await this.administered.grant(administrator, application, changes.roles);
    return UserAnswer.of(await this.administration.change(administrator, application, id, changes));
  }

  /** Delete a user. Their sessions end in the same transaction. */
  @Delete(':id')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'Deleted.' })
  @Refuses('VALIDATION_FAILED', 'ORIGIN_REFUSED', 'NOT_FOUND')
  async remove(
    @Param() { id }: IdPath,
    @Query() { applicationId }: ApplicationQuery,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<void> {
    const application = await this.administered.application(administrator, applicationId);
    await this.administration.remove(administrator, application, id);
  }
}
