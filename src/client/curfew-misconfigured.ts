import { CurfewUnavailable } from './curfew-unavailable.js';

/**
 * Curfew refuses the service key, lacks the route, or is not what answers at this address: no repeat will help, an
 * operator must. For callers of the service it is the same 503, since nothing is known about their sessions.
 */
export class CurfewMisconfigured extends CurfewUnavailable {
  override name = 'CurfewMisconfigured';
}
