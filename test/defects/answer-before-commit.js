/** @typedef {(this: object, ...logout: unknown[]) => Promise<unknown>} LogOut */

/**
 * A planted defect: a logout is answered while its statement is still on the way.
 *
 * @param {{ prototype: object }} SessionEndings
 * @returns {() => void} Takes it out again.
 */
export function answerBeforeCommit(SessionEndings) {
  const prototype = /** @type {{ logOut: LogOut }} */ (SessionEndings.prototype);
  const { logOut } = prototype;
  prototype.logOut = function (...logout) {
    logOut.apply(this, logout).catch(() => {});
    return Promise.resolve(true);
  };
  return () => Object.assign(prototype, { logOut });
}
