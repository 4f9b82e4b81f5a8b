import type { FastifyRequest } from 'fastify';
import type { KnownApplication } from '../application/application-facts.js';
import { DomainError } from '../errors/domain.error.js';
import { isBasic } from './service-secret.js';

/**
 * Lets through what a browser was not tricked into sending. A cookie travels by itself, so whatever changes state must
 * come from our own pages, from a listed origin, or from something that is no browser. Fetch Metadata decides; Origin
 * and Referer stand in where it is missing (https://www.w3.org/TR/fetch-metadata/).
 */
export class OriginGate {
  constructor(private readonly ownOrigin: string) {}

  /** Refuses ORIGIN_REFUSED; the session lives. Origins are listed byte for byte; `null` and the like never are. */
  admit(
    request: FastifyRequest,
    { allowedOrigins, requiresOrigin }: Pick<KnownApplication, 'allowedOrigins' | 'requiresOrigin'>,
  ): void {
    const origin = this.originToJudge(request);
    if (origin === ANY) return;
    if (origin === NONE ? requiresOrigin : !allowedOrigins.includes(origin)) throw originRefused();
  }

  /** The same for our own routes, where an application is looked up only for an origin that is not ours. */
  async admitBy(request: FastifyRequest, listed: () => Promise<readonly string[]>): Promise<void> {
    const origin = this.originToJudge(request);
    if (origin !== ANY && origin !== NONE && !(await listed()).includes(origin)) throw originRefused();
  }

  isOwn(origin: string): boolean {
    return origin === this.ownOrigin;
  }

  // A credential in a header alone passes: no page can make a browser add one, but Basic, which browsers keep and send.
  private originToJudge({ headers }: FastifyRequest): string {
    const { authorization, cookie } = headers;
    if (authorization !== undefined && cookie === undefined && !isBasic(authorization)) return ANY;
    const destination = headers['sec-fetch-dest'];
    if (isPrefetch(headers) || (destination !== undefined && destination !== 'empty' && destination !== 'document'))
      throw originRefused();
    const site = headers['sec-fetch-site'];
    if (site === 'same-origin' || site === 'none') return ANY;
    const origin = headers.origin ?? (site === undefined ? originOf(headers.referer) : undefined);
    if (origin === undefined && site === undefined) return NONE;
    if (site === undefined && origin === this.ownOrigin) return ANY;
    if (origin === undefined) throw originRefused();
    return origin;
  }
}

const ANY = 'passes without a look at its origin';
const NONE = 'names no origin';

function isPrefetch(headers: FastifyRequest['headers']): boolean {
  return [headers['purpose'], headers['sec-purpose']].some(
    (purpose) => typeof purpose === 'string' && purpose.includes('prefetch'),
  );
}

function originOf(referer: string | undefined): string | undefined {
  if (referer === undefined) return undefined;
  return URL.canParse(referer) ? new URL(referer).origin : 'null';
}

/** The refusal of a page that may not make this request; nothing was changed. */
function originRefused(): DomainError {
  return new DomainError(
    'ORIGIN_REFUSED',
    'This request came from a page that is not allowed to make it. Nothing was changed.',
  );
}
