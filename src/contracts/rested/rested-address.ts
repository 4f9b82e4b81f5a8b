import type { FastifyRequest } from 'fastify';
import type { ApplicationName } from '../../application/application-facts.js';
import { pathOf } from '../../auth/cross-origin.js';
import { hostOf } from '../../auth/wire.js';
import { DomainError } from '../../errors/domain.error.js';

/** Version 1, and the route of custom endpoints: what follows is one name, slashes and all. */
const ADDRESS = /^\/api\/1\/ce\/(.+)$/;

/** The endpoint as the URL spells it: nothing is decoded, so that each has one spelling. */
export function endpointNameOf({ url }: Pick<FastifyRequest, 'url'>): string {
  return ADDRESS.exec(pathOf(url))?.[1] ?? '';
}

/** What stands behind the question mark, name by name. */
export function parametersOf({ url }: Pick<FastifyRequest, 'url'>): URLSearchParams {
  const query = url.indexOf('?');
  return new URLSearchParams(query < 0 ? '' : url.slice(query));
}

/** The one value of a parameter. Refuses REQUEST_INVALID for several: which of them counts is nobody's to guess. */
export function onlyValue(parameters: URLSearchParams, name: string): string | undefined {
  const values = parameters.getAll(name);
  const isList = [...parameters.keys()].some((each) => each.startsWith(`${name}[`));
  if (values.length > 1 || isList) throw new DomainError('REQUEST_INVALID', `The parameter ${name} is given once.`);
  return values[0];
}

/** The project by its key, and the endpoint. Refuses KEY_MISSING, and REQUEST_INVALID for several keys. */
export function applicationNameOf(request: FastifyRequest): ApplicationName {
  const key = onlyValue(parametersOf(request), 'key');
  if (!key) throw new DomainError('KEY_MISSING', 'The API key is missing: ?key=…');
  return { host: hostOf(request), key, endpoint: endpointNameOf(request) };
}
