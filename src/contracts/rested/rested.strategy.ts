import { bearerOrBare, cookie, RankedCarriers } from '../../auth/carriers.js';
import { SessionStrategy } from '../../auth/session.strategy.js';
import { EXPOSED, type Wire } from '../../auth/wire.js';
import { applicationNameOf } from './rested-address.js';
import { hasCors, restedGate } from './rested-origins.js';

export const RESTED = 'rested';
export const RESTED_COOKIE = '__Secure-rested-access-token';
/** Names that the cookie had before: they are read and ended, and never set. */
export const OLDER_COOKIES = ['__Secure-yawe-access-token', 'yawe_access_token'] as const;

const COOKIES = [RESTED_COOKIE, ...OLDER_COOKIES].map((name) => cookie(name));
export const RESTED_COOKIES = new RankedCarriers(...COOKIES);

/** The header wins over the cookie, and the cookie of today over those of earlier days. A logout ends all of them. */
export const RESTED_CARRIERS = new RankedCarriers(bearerOrBare, ...COOKIES);

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
