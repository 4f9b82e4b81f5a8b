/** @typedef {import('../../src/session/session-checks.js').LiveSession} LiveSession */
/** @typedef {import('../../src/session/session-token.js').SessionToken} SessionToken */
/** @typedef {{ store: { check: import('../../src/database/store.js').Run } }} Checks */
/** @typedef {(this: Checks, token: SessionToken) => Promise<LiveSession | undefined>} Check */

const FIRST = {
  name: 'defect-first-row',
  text: `select replace(user_id::text, '-', ''), replace(id::text, '-', '') from sessions order by user_id, id limit 1`,
};

/**
 * A planted defect: where the key of a question gets lost, the first row there is answers it.
 *
 * @param {{ prototype: object }} SessionChecks
 * @returns {() => void} Takes it out again.
 */
export function answerFirstRow(SessionChecks) {
  const prototype = /** @type {{ check: Check }} */ (SessionChecks.prototype);
  const { check } = prototype;
  prototype.check = async function (token) {
    const session = await check.call(this, token);
    if (session) return session;
    const [[userId, sessionId] = []] = await this.store.check(FIRST, []);
    if (!userId || !sessionId) return undefined;
    const first = await check.call(this, /** @type {SessionToken} */ ({ userId, sessionId }));
    return first && { ...first, secretHash: token.secretHash };
  };
  return () => Object.assign(prototype, { check });
}
