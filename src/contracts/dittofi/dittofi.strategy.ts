import { Carriers, cookie } from '../../auth/carriers.js';
import { SessionStrategy } from '../../auth/session.strategy.js';
import { EXPOSED, hostOf, type Wire } from '../../auth/wire.js';

export const DITTOFI = 'dittofi';
export const DITTOFI_COOKIE = 'session-key';

/** This wire carries the token in one cookie. Its frontends may add a bearer token of another backend: it is not looked at. */
export const DITTOFI_CARRIERS = new Carriers(cookie(DITTOFI_COOKIE));

export const DITTOFI_WIRE: Wire = {
  contract: DITTOFI,
  owns: (path) => path.startsWith('/v1/') || path.startsWith('/iapi/v1/'),
  carriers: DITTOFI_CARRIERS,
  applicationOf: (request) => ({ host: hostOf(request) }),
  needsApplication: false,
  origins: {
    gate: 'cookie',
    cors: 'listed',
    allowHeaders: 'accept, authorization, content-type',
    exposeHeaders: EXPOSED,
  },
};

export class DittofiStrategy extends SessionStrategy(DITTOFI_WIRE) {}
