import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { CurfewClient } from '../curfew-client.js';
import { CurfewUnavailable } from '../curfew-unavailable.js';
import type { Principal } from '../principal.js';
import { tokenOf } from '../request-token.js';
import type { GuardedAnswer, GuardedRequest } from './guarded-request.js';
import { MODULE_OPTIONS, type CurfewModuleOptions } from './module-options.js';
import { refusal } from './refusal.js';
import { isPublic, rolesAskedBy } from './route-rules.js';

/**
 * Before a handler: 401 without a live session, 403 without the role, 503 with `Retry-After` while Curfew cannot be
 * asked. As `APP_GUARD` it closes every route but the `@Public()` ones. On Express and Fastify; it lets nothing but HTTP pass.
 */
@Injectable()
export class CurfewGuard implements CanActivate {
  constructor(
    private readonly client: CurfewClient,
    @Inject(MODULE_OPTIONS) private readonly options: CurfewModuleOptions,
  ) {}

  /** True, or one of the refusals above. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (isPublic(context)) return true;
    if (context.getType<string>() !== 'http') throw refusal(403, 'Only HTTP requests can carry a session.');
    const http = context.switchToHttp();
    const request = http.getRequest<GuardedRequest>();
    const principal = await this.principalOf(request, http.getResponse<GuardedAnswer>());
    const missing = rolesAskedBy(context).find((role) => !principal.roles.includes(role));
    if (missing !== undefined) throw refusal(403, `This needs the role ${missing}.`);
    request.principal = principal;
    return true;
  }

  private async principalOf(request: GuardedRequest, answer: GuardedAnswer): Promise<Principal> {
    const token = tokenOf(request.raw ?? request, this.options.cookie);
    const principal = await this.client.check(token).catch((error: unknown) => unavailable(error, answer));
    if (principal) return principal;
    answer.header('WWW-Authenticate', 'Bearer');
    throw refusal(401, 'No live session. Log in.');
  }
}

function unavailable(error: unknown, answer: GuardedAnswer): never {
  const seconds = error instanceof CurfewUnavailable ? error.retryAfterSeconds : 1;
  answer.header('Retry-After', String(seconds));
  throw refusal(503, 'Whether the session lives cannot be asked at the moment. Try again shortly.', error);
}
