import { Injectable } from '@nestjs/common';
import type { ApplicationName, KnownApplication } from '../application/application-facts.js';
import { DomainError } from '../errors/domain.error.js';
import type { Arrival } from '../session/arrivals.js';
import { isCsrfToken } from '../session/csrf-token.js';
import type { EndedSession } from '../session/session-facts.js';
import { SessionService } from '../session/session.service.js';
import { AuthService } from './auth.service.js';

/** A logout as a wire with csrf tokens hears of it. */
export interface CsrfLogout {
  application: KnownApplication;
  name: ApplicationName;
  tokens: string[];
  csrfToken: string | undefined;
  /** What the store said of the request. It counts where it was asked about a token, not where none decided. */
  arrival?: Arrival | undefined;
}

/** Logout where a session that was started with a csrf token ends only for whoever shows it. */
@Injectable()
export class CsrfLogoutService {
  constructor(
    private readonly auth: AuthService,
    private readonly sessions: SessionService,
  ) {}

  /**
   * Ends the sessions of these tokens and answers which; dead and malformed tokens are a success. Refuses CSRF_REJECTED if
   * one of them needs a csrf token that was not shown, and that one lives on.
   */
  async logout({ application, name, tokens, csrfToken, arrival }: CsrfLogout): Promise<EndedSession[]> {
    const arrivals =
      tokens.length === 1 && arrival?.token !== undefined
        ? [arrival]
        : await Promise.all(tokens.map((token) => this.sessions.arrive(name, token)));
    const isProven = ({ session }: Arrival): boolean => !session?.csrfHash || isCsrfToken(csrfToken, session.csrfHash);
    const proven = tokens.filter((_, index) => isProven(arrivals[index]!));
    const ended = await this.auth.logoutFrom(application.id, proven);
    if (proven.length < tokens.length) throw new DomainError('CSRF_REJECTED', 'Invalid CSRF token');
    return ended;
  }
}
