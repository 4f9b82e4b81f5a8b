/** What sqlmap says of one place. */

/** @typedef {'injectable' | 'not injectable' | 'not tested'} SqlmapVerdict */

const FOUND = 'sqlmap identified the following injection point';
const SOUND = 'all tested parameters do not appear to be injectable';

/**
 * Whoever stopped before the end has tested nothing.
 *
 * @param {string} output
 * @returns {{ verdict: SqlmapVerdict, ways: string[] }} `ways`: how, where it can be injected.
 */
export function readSqlmap(output) {
  const ways = [...output.matchAll(/^ {4}Type: (.+)$/gm)].map(([, way = '']) => way.trim());
  if (output.includes(FOUND)) return { verdict: 'injectable', ways };
  return { verdict: output.includes(SOUND) ? 'not injectable' : 'not tested', ways: [] };
}

/**
 * The last thing that it complained of.
 *
 * @param {string} output
 */
export function complaintIn(output) {
  return [...output.matchAll(/\[(?:CRITICAL|ERROR)\] (.+)$/gm)].at(-1)?.[1] ?? 'it said nothing';
}
