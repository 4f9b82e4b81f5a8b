import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { AuthService } from '../../auth/auth.service.js';
import { CurrentPrincipal } from '../../auth/current-principal.decorator.js';
import { Refuses } from '../../errors/refuses.decorator.js';
import { IdPath } from '../../http/id-path.dto.js';
import { PageQuery } from '../../http/page.dto.js';
import type { Principal } from '../../session/principal.js';
import { SessionService } from '../../session/session.service.js';
import { OwnSession, OwnSessions } from './sessions.dto.js';

/** The caller's own sessions. */
@ApiTags('Sessions')
@Controller('api/v1/sessions')
export class SessionsController {
  constructor(
    private readonly auth: AuthService,
    private readonly sessions: SessionService,
  ) {}

  /** The caller's own live sessions, newest first. */
  @Get()
  @ApiOkResponse({ type: OwnSessions, description: 'One page of them.' })
  @Refuses('VALIDATION_FAILED')
  async list(
    @Query() { limit = 50, after }: PageQuery,
    @CurrentPrincipal() { userId, sessionId }: Principal,
  ): Promise<OwnSessions> {
    const sessions = await this.sessions.list(userId, limit + 1, after);
    const page = sessions.slice(0, limit);
    return {
      sessions: page.map((session) => OwnSession.of(session, sessionId)),
      next: sessions.length > limit ? page.at(-1)!.id : null,
    };
  }

  /** End one of the caller's own sessions. Another than the present one needs a login of the last five minutes. */
  @Delete(':id')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'Ended.' })
  @Refuses('VALIDATION_FAILED', 'ORIGIN_REFUSED', 'LOGIN_STALE', 'NOT_FOUND')
  end(@Param() { id }: IdPath, @CurrentPrincipal() principal: Principal): Promise<void> {
    return this.auth.endOwn(principal, id);
  }
}
