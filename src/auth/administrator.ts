import type { CallingService } from '../service-key/calling-service.js';
import type { Principal } from '../session/principal.js';

/** Who administers: a person by their session, or a service by its key. */
export type Administrator = { readonly person: Principal } | { readonly service: CallingService };
