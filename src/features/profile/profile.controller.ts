import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal } from '../../auth/current-principal.decorator.js';
import { Refuses, UNREADABLE } from '../../errors/refuses.decorator.js';
import type { Principal } from '../../session/principal.js';
import { UserService } from '../../user/user.service.js';
import { ProfileAnswer, ProfileChanges } from './profile.dto.js';

/** The caller's own profile. */
@ApiTags('Profile')
@Controller('api/v1/profile')
export class ProfileController {
  constructor(private readonly users: UserService) {}

  /** The caller's own profile. */
  @Get()
  @ApiOkResponse({ type: ProfileAnswer, description: 'The profile.' })
  async read(@CurrentPrincipal() { applicationId, userId }: Principal): Promise<ProfileAnswer> {
    return ProfileAnswer.of(await this.users.get(applicationId, userId));
  }

  /** Change the caller's own profile. What is left out stays. */
  @Patch()
  @ApiOkResponse({ type: ProfileAnswer, description: 'The profile as it is now.' })
  @Refuses(...UNREADABLE, 'ORIGIN_REFUSED')
  async change(
    @Body() changes: ProfileChanges,
    @CurrentPrincipal() { applicationId, userId }: Principal,
  ): Promise<ProfileAnswer> {
    return ProfileAnswer.of(await this.users.change(applicationId, userId, changes));
  }
}
