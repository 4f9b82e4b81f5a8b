import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuthService } from '../../auth/auth.service.js';
import { clientOf } from '../../auth/request-client.js';
import { applicationOf } from '../../auth/wire-entry.js';
import { DomainError } from '../../errors/domain.error.js';
import type { RawBody } from '../../http/body-reader.js';
import { checked, fieldsIn } from './rested-body.js';
import type { RestedQuery } from './rested-query.js';
import { RestedTerms } from './rested-terms.js';
import { RESTED_CARRIERS, RESTED_COOKIES } from './rested-carriers.js';
import { RESTED } from './rested.strategy.js';
import { RestedAnswer, RestedLogin } from './rested.wire.js';

/** Login and logout at an authentication endpoint. */
@Injectable()
export class RestedSessions {
  constructor(
    private readonly auth: AuthService,
    private readonly terms: RestedTerms,
  ) {}

  /** The session of a cookie that came along ends, since its cookie is overwritten. */
  async logIn({ isCookieUnwanted }: RestedQuery, request: FastifyRequest, reply: FastifyReply): Promise<RestedAnswer> {
    const body = await checked(RestedLogin, fieldsIn(request.body as RawBody | undefined));
    const { user, session } = await this.auth.login(oneNameIn(body), body.password, {
      applicationId: applicationOf(request).id,
      client: clientOf(request, RESTED),
      policy: this.terms.policy,
      presented: RESTED_COOKIES.find(request) ?? RESTED_CARRIERS.find(request),
    });
    this.terms.handOver(session, isCookieUnwanted, request, reply);
    request.subject = { userId: session.userId, sessionId: session.id };
    return RestedAnswer.ofUser(user);
  }

  /**
   * Success for live, dead and missing tokens alike, and whatever the body: a published client sends its options there and
   * no token at all. Refuses SESSION_UNKNOWN for what was not live where the application wants that.
   */
  async logOut(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { id, wires } = applicationOf(request);
    [request.subject] = await this.auth.logoutFrom(id, RESTED_CARRIERS.all(request));
    this.terms.clear(request, reply);
    if (!request.subject && wires.rested?.isLogoutStrict) throw new DomainError('SESSION_UNKNOWN', 'No live session.');
  }
}

/** A user name or an e-mail. Refuses VALIDATION_FAILED for both and for neither. */
export function oneNameIn({ username, email }: { username?: string; email?: string }): string {
  const name = username ?? email;
  if (name !== undefined && (username === undefined || email === undefined)) return name;
  throw new DomainError('VALIDATION_FAILED', 'Give a username or an email, and not both.');
}
