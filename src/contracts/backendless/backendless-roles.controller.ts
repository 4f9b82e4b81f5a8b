import { Controller, Get, Param, Req } from '@nestjs/common';
import { ApiOkResponse, ApiParam } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Public } from '../../auth/public.decorator.js';
import { WireCallers } from '../../auth/wire-callers.js';
import { applicationOf } from '../../auth/wire-entry.js';
import { UserService } from '../../user/user.service.js';
import { UseContract } from '../use-contract.decorator.js';
import { userIdIn } from './backendless-bodies.js';
import { RefusesHere } from './backendless-documents.js';
import { MayTakeToken } from './backendless-open.decorator.js';
import { BackendlessRefusal } from './backendless-refusal.js';
import { isServer, rolesOf } from './backendless-roles.js';
import { BackendlessPresenter } from './backendless.presenter.js';
import { BACKENDLESS } from './backendless.strategy.js';
import { OBJECT_ID } from './backendless.wire.js';

const ROLES = { schema: { type: 'array', items: { type: 'string' }, example: ['AuthenticatedUser', 'RestUser'] } };

/** Roles of the Backendless wire. */
@UseContract(BACKENDLESS, BackendlessPresenter, 'Backendless users')
@Controller('api/users')
export class BackendlessRolesController {
  constructor(
    private readonly callers: WireCallers,
    private readonly users: UserService,
  ) {}

  /** The roles of the caller, with a token or without. */
  @Get('userroles')
  @MayTakeToken()
  @ApiOkResponse({ ...ROLES, description: 'Names of roles.' })
  @RefusesHere('SESSION_UNKNOWN', 'USER_DISABLED')
  async ownRoles(@Req() request: FastifyRequest): Promise<string[]> {
    return rolesOf(applicationOf(request), (await this.callers.find(BACKENDLESS, request))?.roles);
  }

  /** The roles of any user, for server code alone. */
  @Get('userroles/:objectId')
  @Public()
  @ApiParam(OBJECT_ID)
  @ApiOkResponse({ ...ROLES, description: 'Names of roles.' })
  @RefusesHere(forServers(), 'NOT_FOUND')
  async rolesOfUser(@Param('objectId') objectId: string, @Req() request: FastifyRequest): Promise<string[]> {
    const application = applicationOf(request);
    if (!isServer(application)) throw forServers();
    const user = await this.users.get(application.id, userIdIn(objectId));
    return rolesOf(application, user.roles);
  }
}

function forServers(): BackendlessRefusal {
  return new BackendlessRefusal(2014, 'This needs the key of server code');
}
