/** @typedef {(this: object, question: unknown) => Promise<unknown>} Ask */

/** @typedef {Map<string, { answer: unknown, until: number }>} Memory */

const MEMORY_MS = 50;

/**
 * A planted defect: an answer is given again for a moment without asking the store.
 *
 * @param {{ prototype: object }} SharedStatement
 * @param {number} [memoryMs]
 * @returns {() => void} Takes it out again.
 */
export function rememberAnswers(SharedStatement, memoryMs = MEMORY_MS) {
  const prototype = /** @type {{ ask: Ask }} */ (SharedStatement.prototype);
  const { ask } = prototype;
  /** @type {WeakMap<object, Memory>} */
  const memories = new WeakMap();
  prototype.ask = async function (question) {
    const memory = memories.get(this) ?? /** @type {Memory} */ (new Map());
    memories.set(this, memory);
    const key = JSON.stringify(question);
    const known = memory.get(key);
    if (known && known.until > performance.now()) return known.answer;
    const answer = await ask.call(this, question);
    memory.set(key, { answer, until: performance.now() + memoryMs });
    return answer;
  };
  return () => Object.assign(prototype, { ask });
}
