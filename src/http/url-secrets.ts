import type { FastifyRequest } from 'fastify';
import { DomainError } from '../errors/domain.error.js';

const SECRET_NAMES = new Set([
  'access_token',
  'api_key',
  'authorization',
  'bearer',
  'client_secret',
  'key',
  'password',
  'secret',
  'session',
  'sid',
  'token',
]);

const OWN = /^\/(?:api\/v1|oauth2)\//;

/** Our own routes refuse secrets in the URL: it ends up in logs and histories. A name given twice is refused with them. */
export function refuseSecretsInUrls(request: FastifyRequest): DomainError | undefined {
  // The router begins its query at a fragment, too.
  const from = request.url.search(/[?#]/);
  return from < 0 ? undefined : refusalOf(request, request.url.slice(from + 1));
}

function refusalOf({ url, routeOptions }: FastifyRequest, query: string): DomainError | undefined {
  // The route that was found, however its path was written.
  if (!OWN.test(routeOptions.url ?? url)) return undefined;
  const names = [...new URLSearchParams(query.replaceAll(/[?#]/g, '&')).keys()];
  const secret = names.find((name) => SECRET_NAMES.has(name.toLowerCase()));
  if (secret) return invalid(secret, 'must not travel in the URL');
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  return twice === undefined ? undefined : invalid(twice.slice(0, 64), 'must be given once');
}

function invalid(field: string, message: string): DomainError {
  return new DomainError('VALIDATION_FAILED', `${field}: ${message}`, { faults: [{ field, message }] });
}
