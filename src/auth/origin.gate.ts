import type { FastifyRequest } from 'fastify';
import type { ApplicationService } from '../application/application.service.js';
import { DomainError } from '../errors/domain.error.js';

/**
 * Lets through what a browser was not tricked into sending. A cookie travels by itself, so whatever changes state must
 * come from our own pages, from a listed origin, or from something that is no browser. Fetch Metadata decides; Origin
 * and Referer stand in where it is missing (https://www.w3.org/TR/fetch-metadata/).
 */
export class OriginGate {
  constructor(
    private readonly ownOrigin: string,
    private readonly applications: Pick<ApplicationService, 'home'>,
  ) {}

  /** Refuses ORIGIN_REFUSED; the session lives. A credential in a header alone passes: no page can make a browser add one. */
  async admit({ headers }: FastifyRequest): Promise<void> {
    if (headers.authorization !== undefined && headers.cookie === undefined) return;
    const destination = headers['sec-fetch-dest'];
    if (isPrefetch(headers) || (destination !== undefined && destination !== 'empty' && destination !== 'document'))
      throw refused();
    const site = headers['sec-fetch-site'];
    if (site === 'same-origin' || site === 'none') return;
    const origin = headers.origin ?? (site === undefined ? originOf(headers.referer) : undefined);
    if (site === undefined && (origin === undefined || origin === this.ownOrigin)) return;
    if (origin === undefined || !(await this.isListed(origin))) throw refused();
  }

  /** Byte for byte as an application lists it; `null` and the like never are. */
  async isListed(origin: string): Promise<boolean> {
    return (await this.applications.home()).allowedOrigins.includes(origin);
  }

  isOwn(origin: string): boolean {
    return origin === this.ownOrigin;
  }
}

function isPrefetch(headers: FastifyRequest['headers']): boolean {
  return [headers['purpose'], headers['sec-purpose']].some(
    (purpose) => typeof purpose === 'string' && purpose.includes('prefetch'),
  );
}

function originOf(referer: string | undefined): string | undefined {
  if (referer === undefined) return undefined;
  return URL.canParse(referer) ? new URL(referer).origin : 'null';
}

function refused(): DomainError {
  return new DomainError(
    'ORIGIN_REFUSED',
    'This request came from a page that is not allowed to make it. Nothing was changed.',
  );
}
