import { bearer, cookie, RankedCarriers } from '../../auth/carriers.js';
import { SessionStrategy } from '../../auth/session.strategy.js';
import { EXPOSED, hostOf, type Wire } from '../../auth/wire.js';
import { isOwnPath, mendOwnPath, pathToken } from './elvis-paths.js';

export const ELVIS = 'elvis';
/** The cookie of version 6, and its copy under the name that clients of version 5 look for. */
export const ELVIS_COOKIES = ['authToken', 'JSESSIONID'] as const;

/** What a browser carries by itself. */
export const ELVIS_COOKIE_CARRIERS = new RankedCarriers(...ELVIS_COOKIES.map(cookie));
/** A bearer before the path, the path before the cookies: a bad one in front is not mended by a good one behind. */
export const ELVIS_CARRIERS = new RankedCarriers(bearer, pathToken, ...ELVIS_COOKIES.map(cookie));

export const ELVIS_WIRE: Wire = {
  contract: ELVIS,
  owns: isOwnPath,
  carriers: ELVIS_CARRIERS,
  applicationOf: (request) => ({ host: hostOf(request) }),
  // Whether a refusal is a status or a body is a setting of the application.
  needsApplication: true,
  origins: {
    gate: 'cookie',
    cors: 'listed',
    allowHeaders: 'accept, authorization, content-type, x-csrf-token',
    exposeHeaders: EXPOSED,
  },
  rewrite: mendOwnPath,
};

export class ElvisStrategy extends SessionStrategy(ELVIS_WIRE) {}
