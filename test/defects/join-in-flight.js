/** @typedef {(this: object, question: unknown) => Promise<unknown>} Ask */

/**
 * A planted defect: whoever asks what is being asked already takes part in that question, although its statement may
 * have left before they came.
 *
 * @param {{ prototype: object }} SharedStatement
 * @returns {() => void} Takes it out again.
 */
export function joinInFlight(SharedStatement) {
  const prototype = /** @type {{ ask: Ask }} */ (SharedStatement.prototype);
  const { ask } = prototype;
  /** @type {WeakMap<object, Map<string, Promise<unknown>>>} */
  const asked = new WeakMap();
  prototype.ask = function (question) {
    const pending = asked.get(this) ?? /** @type {Map<string, Promise<unknown>>} */ (new Map());
    asked.set(this, pending);
    const key = JSON.stringify(question);
    const joined = pending.get(key);
    if (joined) return joined;
    const answer = ask.call(this, question).finally(() => pending.delete(key));
    pending.set(key, answer);
    return answer;
  };
  return () => Object.assign(prototype, { ask });
}
