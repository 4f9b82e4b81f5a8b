import { SessionStrategy } from '../../auth/session.strategy.js';
import { EXPOSED, type Wire } from '../../auth/wire.js';
import { applicationNameOf } from './rested-address.js';
import { RESTED_CARRIERS } from './rested-carriers.js';
import { hasCors, restedGate } from './rested-origins.js';

export const RESTED = 'rested';
export const RESTED_WIRE: Wire = {
  contract: RESTED,
  // Also versions and routes that are not there: `/api/v1/` is ours, and has a letter.
  owns: (path) => /^\/api\/\d+\//.test(path),
  carriers: RESTED_CARRIERS,
  applicationOf: applicationNameOf,
  needsApplication: true,
  origins: {
    gate: restedGate,
    cors: hasCors,
    allowHeaders: 'content-type, authorization',
    allowMethods: 'GET, POST, PUT, DELETE',
    // Without it no script could read the token that `noATCookie` sends in this header.
    exposeHeaders: `${EXPOSED}, authorization`,
    refusesPreflights: true,
  },
};

export class RestedStrategy extends SessionStrategy(RESTED_WIRE) {}
