/** @typedef {import('../../src/session/session-checks.js').LiveSession} LiveSession */
/** @typedef {(this: object, token: unknown) => Promise<LiveSession | undefined>} Check */

/**
 * A planted defect: whether a session has run out is for the node's own clock to say.
 *
 * @param {{ prototype: object }} SessionChecks
 * @returns {() => void} Takes it out again.
 */
export function expireByNodeClock(SessionChecks) {
  const prototype = /** @type {{ check: Check }} */ (SessionChecks.prototype);
  const { check } = prototype;
  prototype.check = async function (token) {
    const session = await check.call(this, token);
    return session && Date.parse(session.idleUntil) > Date.now() ? session : undefined;
  };
  return () => Object.assign(prototype, { check });
}
