import { Catch } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { DomainError } from '../../errors/domain.error.js';
import type { Face } from '../../errors/presenter.filter.js';
import { ProblemPresenter } from '../../errors/problem.presenter.js';
import { LoginPage } from './login-page.js';

/** Header that tells a proxy which login page to show. */
export const LOGIN_HEADER = 'X-Auth-Login';

/** Our face of refusals, and for a browser without a session the way to the login page. */
@Catch()
export class ForwardAuthPresenter extends ProblemPresenter {
  constructor(private readonly page: LoginPage) {
    super();
  }

  override face(refusal: DomainError, request: FastifyRequest): Face {
    const problem = super.face(refusal, request);
    const address = refusal.code === 'SESSION_UNKNOWN' ? this.page.addressFor(request) : undefined;
    if (address === undefined) return problem;
    const headers = { ...problem.headers, [LOGIN_HEADER]: address };
    if ((request.query as { login?: unknown }).login !== 'redirect') return { ...problem, headers };
    return { status: 302, headers: { ...headers, location: address }, contentType: 'text/plain', body: '' };
  }
}
