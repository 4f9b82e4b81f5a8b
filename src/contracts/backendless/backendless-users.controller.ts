import { Controller, Get, HttpCode, Param, Post, Put, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiOkResponse, ApiParam } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Act } from '../../auth/act.decorator.js';
import { CurrentPrincipal } from '../../auth/current-principal.decorator.js';
import { OwnUserService } from '../../auth/own-user.service.js';
import { Public } from '../../auth/public.decorator.js';
import { RecoveryService } from '../../auth/recovery.service.js';
import { RegistrationService } from '../../auth/registration.service.js';
import { addressOf, clientOf } from '../../auth/request-client.js';
import { WireCallers } from '../../auth/wire-callers.js';
import { applicationOf, callerOf } from '../../auth/wire-entry.js';
import { thereFor } from '../../http/allowed-methods.js';
import { RAW_BODY } from '../../http/body-reader.js';
import { WireBody } from '../../http/raw-body.decorator.js';
import type { Principal } from '../../session/principal.js';
import { UseContract } from '../use-contract.decorator.js';
import { BackendlessBody, type Members } from './backendless-body.pipe.js';
import {
  RefusesHere,
  RefusesRecovery,
  RefusesRegistration,
  RefusesUpdate,
  RefusesVerification,
} from './backendless-documents.js';
import { BackendlessNewcomer } from './backendless-newcomers.wire.js';
import { AnswersNothing } from './backendless-open.decorator.js';
import { passwordToVerify, registrationOf, updateOf } from './backendless-bodies.js';
import { BackendlessRefusal } from './backendless-refusal.js';
import { idOf, OBJECT_ID_SHAPE } from './backendless.address.js';
import { BackendlessPresenter } from './backendless.presenter.js';
import { BACKENDLESS } from './backendless.strategy.js';
import {
  BackendlessPassword,
  BackendlessRegistration,
  BackendlessUpdate,
  BackendlessUser,
  BackendlessValidity,
  OBJECT_ID,
} from './backendless.wire.js';

/** Users of the Backendless wire: register, read, change, recover. */
@UseContract(BACKENDLESS, BackendlessPresenter, 'Backendless users')
@Controller('api')
export class BackendlessUsersController {
  constructor(
    private readonly registrations: RegistrationService,
    private readonly recovery: RecoveryService,
    private readonly ownUsers: OwnUserService,
    private readonly callers: WireCallers,
  ) {}

  /** Register, where the application lets people register themselves. Starts no session. */
  @Post('users/register')
  @Act('register')
  @Public()
  @HttpCode(200)
  @RouteConfig(RAW_BODY)
  @ApiBody({ type: BackendlessRegistration })
  @ApiOkResponse({ type: BackendlessNewcomer, description: 'Registered.' })
  @RefusesRegistration()
  async register(@WireBody(BackendlessBody) body: Members, @Req() request: FastifyRequest): Promise<BackendlessUser> {
    const { newUser, guestId } = registrationOf(body);
    // An objectId is no secret: whoever would take a guest's place shows that guest's token.
    if (guestId !== undefined && (await this.callers.find(BACKENDLESS, request))?.userId !== guestId)
      throw new BackendlessRefusal(3029, 'Only the guest can register under this objectId: send the user-token');
    const client = clientOf(request, BACKENDLESS);
    return BackendlessUser.of(await this.registrations.register(applicationOf(request).id, newUser, client, guestId));
  }

  /** Change the caller's own user. A new password ends the other sessions. */
  @Put('users/:objectId')
  @Act('profile.change')
  @RouteConfig({ ...RAW_BODY, ...thereFor(OBJECT_ID_SHAPE) })
  @ApiParam(OBJECT_ID)
  @ApiBody({ type: BackendlessUpdate })
  @ApiOkResponse({ type: BackendlessUser, description: 'The user as they are now.' })
  @RefusesUpdate()
  async update(
    @Param('objectId') objectId: string,
    @WireBody(BackendlessBody) body: Members,
    @CurrentPrincipal() principal: Principal,
  ): Promise<BackendlessUser> {
    const id = idOf(objectId);
    if (id === undefined) throw new BackendlessRefusal(3030, 'No user can have this objectId');
    if (id !== principal.userId) throw new BackendlessRefusal(3029, 'This is the record of another user');
    const { changesOf, password } = updateOf(body);
    return BackendlessUser.of(await this.ownUsers.change(principal, changesOf, password), principal.authenticatedAt);
  }

  /** The caller's own user, read anew. */
  @Get('data/Users/:objectId')
  @ApiParam(OBJECT_ID)
  @ApiOkResponse({ type: BackendlessUser, description: 'The user.' })
  @RefusesHere('NOT_FOUND', 'USER_DISABLED')
  reload(
    @Param('objectId') objectId: string,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ): BackendlessUser {
    if (idOf(objectId) !== principal.userId)
      throw new BackendlessRefusal(1000, 'Entity with the specified ID cannot be found');
    return BackendlessUser.of(callerOf(request), principal.authenticatedAt);
  }

  /** Whether this is the caller's password. The path is spelled as the original spells it. */
  @Post('users/verifypassowrd')
  @Act('password.verify')
  @HttpCode(200)
  @RouteConfig(RAW_BODY)
  @ApiBody({ type: BackendlessPassword })
  @ApiOkResponse({ type: BackendlessValidity, description: 'Right or wrong.' })
  @RefusesVerification()
  async verifyPassword(
    @WireBody(BackendlessBody) body: Members,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ): Promise<BackendlessValidity> {
    const password = passwordToVerify(body);
    return { valid: await this.ownUsers.isPassword(principal, password, addressOf(request) ?? '') };
  }

  /** Ask for a new password. Nothing is sent from here; the answer is the same for everyone, unless the application tells. */
  @Get('users/restorepassword/:identity')
  @Public()
  @ApiParam({ name: 'identity', description: 'What the user logs in with.', example: 'alice@example.org' })
  @AnswersNothing('Taken note of.')
  @RefusesRecovery()
  async restorePassword(@Param('identity') identity: string, @Req() request: FastifyRequest): Promise<void> {
    const { id, wires } = applicationOf(request);
    if (!wires.backendless?.isRecoveryTelling) return;
    const isKnown = await this.recovery.isKnown(id, identity, clientOf(request, BACKENDLESS));
    if (!isKnown) throw new BackendlessRefusal(3020, 'There is no user with this identity');
    throw new BackendlessRefusal(5050, 'The message could not be delivered: this server sends no mail');
  }
}
