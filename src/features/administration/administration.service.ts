import { Injectable } from '@nestjs/common';
import { actorOf, type Administrator } from '../../auth/administrator.js';
import { refuseStale } from '../../auth/fresh-login.js';
import { instantOf } from '../../session/instant.js';
import { SessionDeeds } from '../../session/session-deeds.js';

/** What administrators do to all sessions of an application. */
@Injectable()
export class AdministrationService {
  constructor(private readonly deeds: SessionDeeds) {}

  /** Logs everyone of an application out; answers up to which instant. Refuses LOGIN_STALE to people, and NOT_FOUND for no application. */
  async endSessions(administrator: Administrator, applicationId: string, reason: string): Promise<string> {
    if ('person' in administrator) refuseStale(administrator.person);
    return instantOf(await this.deeds.endApplication(applicationId, { reason, by: actorOf(administrator) }));
  }
}
