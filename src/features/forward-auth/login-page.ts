import type { FastifyRequest } from 'fastify';
import type { OriginalRequests } from './original-requests.js';

/** Where people log in, as the operator has set it. */
export class LoginPage {
  constructor(
    private readonly address: string | undefined,
    private readonly originals: OriginalRequests,
  ) {}

  /** The page for whoever is not logged in, and where to come back to; undefined where no page is set, or no person is there to see it. */
  addressFor(request: FastifyRequest): string | undefined {
    if (this.address === undefined || !this.originals.isNavigation(request)) return undefined;
    const page = new URL(this.address);
    const original = this.originals.urlOf(request);
    if (original !== undefined) page.searchParams.set('return_to', original);
    return page.href;
  }
}
