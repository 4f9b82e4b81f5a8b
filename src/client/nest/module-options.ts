import type { CurfewClientOptions } from '../client-options.js';

/** The client's options, and where else than in the header the guard looks. */
export interface CurfewModuleOptions extends CurfewClientOptions {
  /**
   * The name of a cookie that may carry the token, `__Host-curfew` for Curfew's own behind the same host; none by default.
   * A change that a page of another origin begins is refused; what older browsers do not tell is left to SameSite.
   */
  cookie?: string;
}

/** Under which the options are injected; they hold the service key. */
export const MODULE_OPTIONS = Symbol('CurfewModuleOptions');
