import { Injectable } from '@nestjs/common';
import { DomainError } from '../../errors/domain.error.js';
import type { CallingService } from '../../service-key/calling-service.js';
import { isOf } from '../../service-key/service-key-checks.js';
import type { Principal } from '../../session/principal.js';
import type { EndedSession } from '../../session/session-facts.js';
import { SessionService } from '../../session/session.service.js';

/** RFC 7009: ends what a caller may end. */
@Injectable()
export class RevocationService {
  constructor(private readonly sessions: SessionService) {}

  /**
   * Ends the session of a token, and answers which, if there was one. Ending what has already ended is success. Refuses
   * TOKEN_NOT_YOURS where a live one belongs to another application; it lives on (RFC 7009 §2.1).
   */
  async revoke(
    token: string,
    service: CallingService,
    session: Principal | undefined,
  ): Promise<EndedSession | undefined> {
    if (session && !isOf(service, session))
      throw new DomainError('TOKEN_NOT_YOURS', 'This token belongs to another application.');
    return this.sessions.logOut(token, service.applicationId ?? undefined);
  }
}
