import { Body, Controller, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiTags } from '@nestjs/swagger';
import { Administered, expires } from '../../auth/administered.js';
import type { Administrator } from '../../auth/administrator.js';
import { CurrentAdministrator, ForAdministrators } from '../../auth/for-administrators.decorator.js';
import { disabled, PasswordLinkService } from '../../auth/password-link.service.js';
import { scopeMissing } from '../../auth/required-scope.guard.js';
import { Refuses, UNREADABLE } from '../../errors/refuses.decorator.js';
import { IdPath } from '../../http/id-path.dto.js';
import { ApplicationQuery } from './administration.dto.js';
import { PasswordPageAddress } from './password-page-address.js';
import { LinkAnswer, NewLinkBody } from './user-links.dto.js';

/** Links by which users choose their password: no administrator ever knows one. */
@ApiTags('Administration')
@Controller('api/v1/admin/users/:id/links')
@ForAdministrators('users')
export class UserLinksController {
  constructor(
    private readonly administered: Administered,
    private readonly links: PasswordLinkService,
    private readonly page: PasswordPageAddress,
  ) {}

  /** Make a link for a user. It is good once, and for a day; the one before it is dead. */
  @Post()
  @ApiCreatedResponse({ type: LinkAnswer, description: 'Made. It is shown here, and never again.' })
  @Refuses(...UNREADABLE, scopeMissing('admin'), expires(), 'FORBIDDEN', 'ORIGIN_REFUSED', 'NOT_FOUND', disabled())
  async make(
    @Param() { id }: IdPath,
    @Query() { applicationId }: ApplicationQuery,
    @Body() { kind }: NewLinkBody,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<LinkAnswer> {
    const application = await this.administered.application(administrator, applicationId);
    const { code, expiresAt } = await this.links.make(administrator, application, id, kind);
    return { link: this.page.linkFor(code), code, expiresAt: expiresAt.toISOString() };
  }
}
