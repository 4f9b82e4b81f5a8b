/** `curfew/client/plain`: for Express, Fastify and scripts; needs Node alone. */
export type { CurfewClientOptions } from './client-options.js';
export { createCurfewClient, CurfewClient } from './curfew-client.js';
export type { CurfewEvent, EventsOptions } from './curfew-events.js';
export { CurfewMisconfigured } from './curfew-misconfigured.js';
export { CurfewUnavailable } from './curfew-unavailable.js';
export { CursorGone } from './cursor-gone.js';
export type { Principal } from './principal.js';
export { tokenOf, type ReadableRequest } from './request-token.js';
