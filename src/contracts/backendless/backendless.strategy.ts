import type { FastifyRequest } from 'fastify';
import { Carriers } from '../../auth/carriers.js';
import { SessionStrategy } from '../../auth/session.strategy.js';
import { EXPOSED, type Wire } from '../../auth/wire.js';
import { applicationNameOf, oneForm, ownsPath } from './backendless.address.js';

export const BACKENDLESS = 'backendless';
export const TOKEN_HEADER = 'user-token';

export const BACKENDLESS_WIRE: Wire = {
  contract: BACKENDLESS,
  owns: ownsPath,
  carriers: new Carriers(offeredToken),
  applicationOf: applicationNameOf,
  accepts: ({ keyKind }) => keyKind !== 'rested' && keyKind !== 'rested_master',
  needsApplication: true,
  isApplicationInPath: true,
  tellsDisabled: true,
  origins: {
    gate: 'header',
    cors: 'any',
    allowHeaders: `accept, content-type, ${TOKEN_HEADER}, application-id, secret-key, application-type, x-backendless-application-id, x-backendless-rest-api-key`,
    exposeHeaders: EXPOSED,
  },
  rewrite: oneForm,
};

export class BackendlessStrategy extends SessionStrategy(BACKENDLESS_WIRE) {}

/** One header carries the token; an empty one is none. The token check is about the token in its path, whatever the header says. */
function offeredToken({ params, headers }: FastifyRequest): string[] {
  const token = (params as { token?: string }).token ?? headers[TOKEN_HEADER];
  return token === undefined || token === '' ? [] : [String(token)];
}
