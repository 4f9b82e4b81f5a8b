import pg from 'pg';

/** The connection over which the start check looks at the settings. */
const LOOKED_AT = 'curfew migrations';

/** @typedef {{ application_name?: string, options?: string }} Greeting */
/** @typedef {(this: object) => Greeting} Greet */

/**
 * A planted defect: commits are answered before they are on disk; neither the start check nor readiness see it.
 *
 * @param {{ prototype: object }} Store
 * @returns {Promise<() => void>} Takes it out again.
 */
export async function commitAsynchronously(Store) {
  const prototype = /** @type {{ getStartupConf: Greet }} */ (/** @type {unknown} */ (pg.Client.prototype));
  const { getStartupConf } = prototype;
  prototype.getStartupConf = function () {
    const greeting = getStartupConf.call(this);
    if (greeting.application_name === LOOKED_AT) return greeting;
    return { ...greeting, options: `${greeting.options ?? ''} -c synchronous_commit=off` };
  };
  const readiness = /** @type {{ fault: () => Promise<string | undefined> }} */ (Store.prototype);
  const { fault } = readiness;
  readiness.fault = async () => undefined;
  return () => {
    Object.assign(prototype, { getStartupConf });
    Object.assign(readiness, { fault });
  };
}
