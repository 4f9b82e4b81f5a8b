import { Injectable } from '@nestjs/common';
import { v7 as freshId } from 'uuid';
import { Store, type Run } from '../database/store.js';
import { DomainError } from '../errors/domain.error.js';
import { csrfHashOf, mintCsrfToken } from './csrf-token.js';
import type { SessionClient, SessionOwner, StartedRow, StartedSession } from './session-facts.js';
import type { SessionPolicy } from './session-policy.js';
import { SessionRepository } from './session.repository.js';
import { SessionToken, uuidOf } from './session-token.js';

/** Where sessions begin: rows are inserted here, and nowhere else. */
@Injectable()
export class SessionStarts {
  constructor(
    private readonly store: Store,
    private readonly sessions: SessionRepository,
  ) {}

  /**
   * Starts a session for verified credentials; `replaced`, the token that came with the login, ends with it.
   * Refuses CREDENTIALS_REJECTED when the user changed meanwhile, SESSION_LIMIT_REACHED where the policy says so.
   */
  async start(
    owner: SessionOwner,
    client: SessionClient,
    policy: SessionPolicy,
    replaced: SessionToken | undefined,
  ): Promise<StartedSession> {
    const token = SessionToken.mint(owner.userId, freshId());
    const csrfToken = client.hasCsrfToken ? mintCsrfToken() : undefined;
    const secrets = { replaced, csrfHash: csrfToken === undefined ? null : csrfHashOf(csrfToken) };
    const insert = async (run?: Run): Promise<StartedRow> => {
      const started = await this.sessions.insert(token, owner, client, policy, secrets, run);
      if (!started) throw new DomainError('CREDENTIALS_REJECTED', 'The credentials were not accepted.');
      return started;
    };
    const started =
      policy.limit === undefined ? await insert() : await this.startWithin(policy.limit, policy, token, owner, insert);
    const known = { ...started, id: uuidOf(token.sessionId), userId: owner.userId, token: token.reveal() };
    return csrfToken === undefined ? known : { ...known, csrfToken };
  }

  // The user's row is locked before counting: of N logins at once, each sees those before it.
  private startWithin(
    limit: number,
    policy: SessionPolicy,
    token: SessionToken,
    owner: SessionOwner,
    insert: (run: Run) => Promise<StartedRow>,
  ): Promise<StartedRow> {
    return this.store.transaction(async ({ run }) => {
      await this.sessions.lockOwner(owner.userId, run);
      const started = await insert(run);
      const { limitedContract } = policy;
      const excess = (await this.sessions.countLive(owner.userId, limitedContract, run)) - limit;
      if (excess > 0 && policy.atLimit === 'refuse') {
        throw new DomainError(
          'SESSION_LIMIT_REACHED',
          `This user is logged in ${limit} times already, which is the limit. Log out elsewhere first.`,
          { limit },
        );
      }
      if (excess > 0) await this.sessions.endOldest(owner.userId, token.sessionId, excess, limitedContract, run);
      return started;
    });
  }
}
