/** A client's day on one wire: what was asked, what was expected and what came, step by step. */

const PATIENCE_MS = 10_000;

/** @typedef {{ contract: string, step: string, expected: string, got: string, ms: number, passed: boolean }} Step */
/** @typedef {{ status: number, headers: Headers, text: string, json: unknown }} Answer */
/** @typedef {{ method?: string, headers?: Record<string, string>, body?: string | FormData | URLSearchParams, json?: unknown }} Asked */

export class Day {
  /**
   * @param {string} contract
   * @param {string} url The origin of the server.
   * @param {(step: Step) => void} onStep
   * @param {Record<string, string>} headers Those of every request, such as an origin.
   */
  constructor(contract, url, onStep, headers = {}) {
    this.contract = contract;
    this.url = url;
    this.onStep = onStep;
    this.headers = headers;
  }

  /**
   * One step; `act` answers in the words of `expected` what came. What it throws is what came, and the day goes on.
   *
   * @param {string} step
   * @param {string} expected
   * @param {() => Promise<string>} act
   */
  async step(step, expected, act) {
    const start = performance.now();
    const got = await act().catch((error) => `failed: ${reasonOf(error)}`);
    const ms = Math.round((performance.now() - start) * 10) / 10;
    this.onStep({ contract: this.contract, step, expected, got, ms, passed: got === expected });
  }

  /**
   * @param {string} path
   * @param {Asked} [asked]
   * @returns {Promise<Answer>}
   */
  async ask(path, { method = 'GET', headers = {}, body, json } = {}) {
    const answer = await fetch(this.url + path, {
      method,
      headers: { ...this.headers, ...(json !== undefined && { 'content-type': 'application/json' }), ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(json === undefined ? body !== undefined && { body } : { body: JSON.stringify(json) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, json: parsed(text) };
  }
}

/**
 * The value of a cookie that an answer sets, or nothing where it is expired or absent.
 *
 * @param {Answer} answer
 * @param {string} name
 */
export function cookieOf({ headers }, name) {
  const line = headers.getSetCookie().find((each) => each.startsWith(`${name}=`));
  return line?.slice(name.length + 1).split(';')[0] ?? '';
}

/**
 * What stands at a place of an answer's JSON, as text; nothing where there is no such place.
 *
 * @param {Pick<Answer, 'json'>} answer
 * @param {...(string | number)} path
 */
export function field({ json }, ...path) {
  /** @type {unknown} */
  let found = json;
  for (const name of path)
    found =
      typeof found === 'object' && found !== null ? /** @type {Record<string, unknown>} */ (found)[name] : undefined;
  if (found === undefined || found === null) return '';
  return typeof found === 'string' ? found : JSON.stringify(found);
}

/** @param {unknown} error */
function reasonOf(error) {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

/** @param {string} text @returns {unknown} */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
