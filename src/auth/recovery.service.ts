import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { SessionClient } from '../session/session-facts.js';
import { UserService } from '../user/user.service.js';
import { CredentialService } from './credential.service.js';

/** What may be told to people who forgot their password. */
@Injectable()
export class RecoveryService {
  constructor(
    private readonly users: UserService,
    private readonly credentials: CredentialService,
  ) {}

  /** Whether someone has this name. Each question spends from the budget of its address: refuses LOGIN_LIMITED. */
  async isKnown(applicationId: string, login: string, client: Pick<SessionClient, 'ip'>): Promise<boolean> {
    await this.credentials.admitRegistration(applicationId, `recovery ${randomUUID()}`, client);
    return (await this.users.findByIdentity(applicationId, login)) !== undefined;
  }
}
