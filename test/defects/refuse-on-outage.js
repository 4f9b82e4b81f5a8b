/** @typedef {(this: object, token: unknown) => Promise<unknown>} Check */

/**
 * A planted defect: a check that the store does not answer counts as one that found nothing.
 *
 * @param {{ prototype: object }} SessionChecks
 * @returns {() => void} Takes it out again.
 */
export function refuseOnOutage(SessionChecks) {
  const prototype = /** @type {{ check: Check }} */ (SessionChecks.prototype);
  const { check } = prototype;
  prototype.check = function (token) {
    return check.call(this, token).catch(() => undefined);
  };
  return () => Object.assign(prototype, { check });
}
