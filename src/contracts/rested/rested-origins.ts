import type { FastifyRequest } from 'fastify';
import type { KnownApplication } from '../../application/application-facts.js';
import { DomainError } from '../../errors/domain.error.js';
import { parametersOf } from './rested-address.js';
import { RESTED_COOKIES } from './rested-carriers.js';

const ORIGIN = /^([a-z][a-z\d+.-]*):\/\/([\w.-]+|\[[\da-f:.]+\])(?::(\d+))?$/i;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * What every request passes before anything else: a known project and endpoint, then the origin. `Origin: null` is an origin
 * like any other. A request with a master key goes on: the key is judged next, and a wrong one opens nothing.
 */
export function restedGate(request: FastifyRequest, application: KnownApplication): void {
  if (!isOurs(application))
    throw new DomainError('APPLICATION_UNKNOWN', 'There is no such application, or its key is another.');
  if (!application.endpoint) throw new DomainError('ENDPOINT_UNKNOWN', 'This application has no such endpoint.');
  if (parametersOf(request).has('masterKey')) return;
  // Our own pages, such as Swagger UI; no page can make a browser say so of another.
  if (request.headers['sec-fetch-site'] === 'same-origin') return;
  const { origin } = request.headers;
  if (origin === undefined ? application.requiresOrigin : !isAdmitted(origin, application))
    throw new DomainError('ORIGIN_REFUSED', 'This origin is not on the list of the application.');
  // Where no origin is listed any page may call, but none with what the browser carries by itself: a page of the same site,
  // to which SameSite is no hindrance, would act as whoever is logged in.
  if (origin !== undefined && !isListed(origin, application) && isByCookie(request))
    throw new DomainError('ORIGIN_REFUSED', 'Put this origin on the list of the application to call with the cookie.');
}

function isByCookie(request: FastifyRequest): boolean {
  return request.headers.authorization === undefined && RESTED_COOKIES.all(request).length > 0;
}

/** Whose pages get CORS headers: those that the gate admits. A master key changes nothing here, since it belongs on no page. */
export function hasCors(origin: string, application: KnownApplication): boolean {
  return isOurs(application) && isAdmitted(origin, application);
}

/**
 * Whether the cookie may travel from a page of another site. Only for origins that are on a list: where the list is empty
 * every origin may call, but no page of another site gets to use the cookie of somebody who is logged in.
 */
export function isListed(origin: string | undefined, { allowedOrigins }: KnownApplication): boolean {
  if (origin === undefined) return false;
  const asked = normalised(origin);
  return allowedOrigins.some((allowed) => normalised(allowed.replace(/\/$/, '')) === asked);
}

/** Only keys of these kinds name a project on this wire. */
function isOurs({ keyKind }: KnownApplication): boolean {
  return keyKind === 'client' || keyKind === 'rested';
}

function isAdmitted(origin: string, application: KnownApplication): boolean {
  return application.allowedOrigins.length === 0 || isListed(origin, application);
}

// Scheme, host and port, in one spelling; what has no such parts is compared as it stands.
function normalised(origin: string): string {
  const [, scheme, host, port] = ORIGIN.exec(origin) ?? [];
  if (scheme === undefined || host === undefined) return origin;
  const protocol = `${scheme.toLowerCase()}:`;
  return `${protocol}//${host.toLowerCase()}:${port ?? DEFAULT_PORTS[protocol] ?? ''}`;
}
