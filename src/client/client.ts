/** `curfew/client`: all of it; needs @nestjs/common. */
export type { CurfewClientOptions } from './client-options.js';
export { createCurfewClient, CurfewClient } from './curfew-client.js';
export type { CurfewEvent, EventsOptions } from './curfew-events.js';
export { CurfewMisconfigured } from './curfew-misconfigured.js';
export { CurfewUnavailable } from './curfew-unavailable.js';
export { CursorGone } from './cursor-gone.js';
export { CurfewGuard } from './nest/curfew.guard.js';
export { CurfewModule, type CurfewModuleAsyncOptions } from './nest/curfew.module.js';
export type { CurfewModuleOptions } from './nest/module-options.js';
export { Principal } from './nest/principal.decorator.js';
export { Public } from './nest/public.decorator.js';
export { RequireRole } from './nest/require-role.decorator.js';
export { tokenOf, type ReadableRequest } from './request-token.js';
