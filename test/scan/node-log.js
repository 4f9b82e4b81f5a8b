/** What the node under test wrote: one line a request, whatever was asked. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Lines are written some time after the answer. */
const SETTLE_MS = 400;

/** @typedef {Record<string, number>} Statuses How many requests were answered by each. */

export class NodeLog {
  /** @param {string} path */
  constructor(path) {
    this.path = path;
  }

  text() {
    return readFileSync(this.path, 'utf8');
  }

  /** Where the next line will stand. */
  async mark() {
    await pause(SETTLE_MS);
    return this.text().length;
  }

  /**
   * Of the requests that were answered since.
   *
   * @param {number} mark
   * @param {string} [address] Of those that came from there.
   * @returns {Promise<Statuses>}
   */
  async statusesSince(mark, address) {
    await pause(SETTLE_MS);
    return statusesIn(this.text().slice(mark), address);
  }
}

/**
 * @param {string} lines
 * @param {string} [address]
 */
export function statusesIn(lines, address) {
  /** @type {Statuses} */
  const counts = {};
  for (const line of lines.split('\n')) {
    const status = statusOf(line, address);
    if (status !== undefined) counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

/**
 * @param {string} line
 * @param {string | undefined} wanted
 */
function statusOf(line, wanted) {
  if (!line.startsWith('{') || !line.endsWith('}')) return undefined;
  const { route, status, address } = /** @type {{ route?: string, status?: number, address?: string }} */ (
    JSON.parse(line)
  );
  return route === undefined || (wanted !== undefined && wanted !== address) ? undefined : status;
}

/**
 * As the tables show them.
 *
 * @param {Statuses} statuses
 */
export function inClasses(statuses) {
  const count = (/** @type {(status: number) => boolean} */ belongs) =>
    Object.entries(statuses).reduce((sum, [status, times]) => sum + (belongs(Number(status)) ? times : 0), 0);
  return {
    requests: count(() => true),
    '2xx': count((status) => status >= 200 && status < 300),
    '3xx': count((status) => status >= 300 && status < 400),
    '4xx': count((status) => status >= 400 && status < 500 && status !== 429),
    429: count((status) => status === 429),
    503: count((status) => status === 503),
    'other 5xx': count((status) => status >= 500 && status !== 503),
  };
}

/**
 * What two scanners are held to. 503 is what a node says that gets no time, as on a machine with much else to do; more than one
 * in a thousand would be something else.
 *
 * @param {string} name
 * @param {ReturnType<typeof inClasses>[]} rows
 * @returns {import('../bench/report.js').Gate[]}
 */
export function gatesOf(name, rows) {
  const sum = (/** @type {'requests' | 429 | 503 | 'other 5xx'} */ column) =>
    rows.reduce((total, row) => total + row[column], 0);
  return [
    { what: `${name}: answers of 5xx but 503`, atMost: 0, found: sum('other 5xx') },
    { what: `${name}: answers of 503 in a thousand`, atMost: 1, found: (1_000 * sum(503)) / sum('requests') },
    { what: `${name}: answers of 429`, atMost: 0, found: sum(429) },
  ];
}
