/** The plans that PostgreSQL really ran, as its own auto_explain told them in the log of the embedded server. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Tables with a row a tenant or so: one page, which no index makes cheaper. All others grow with users and sessions. */
const SMALL = ['applications', 'application_keys', 'application_hosts', 'migrations'];
const ENTRY = /LOG: {2}duration: ([\d.]+) ms {2}plan:\n([\s\S]*?)(?=^\d{4}-\d\d-\d\d |(?![\s\S]))/gm;

/** @typedef {{ ms: number, text: string, statement: string, scanned: string[] }} Plan */

/**
 * The address of the same database, over whose connections each plan is told.
 *
 * @param {string} url
 * @param {string} [more] Further settings.
 */
export function explained(url, more = '') {
  const settings = `-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0 -c auto_explain.log_nested_statements=on ${more}`;
  const address = new URL(url);
  address.searchParams.set('options', settings.trim());
  return address.href;
}

export class PlanLog {
  /** @param {string} folder Of the embedded server. */
  constructor(folder) {
    this.path = join(folder, 'postgres.log');
    this.readUntil = 0;
  }

  /**
   * What was told since the last time.
   *
   * @returns {Promise<Plan[]>}
   */
  async take() {
    const { size } = await stat(this.path);
    const text = (await readFile(this.path)).subarray(this.readUntil, size).toString();
    this.readUntil = size;
    return [...text.matchAll(ENTRY)].map(([, ms = '', body = '']) => planOf(Number(ms), body));
  }
}

/**
 * @param {number} ms
 * @param {string} text
 * @returns {Plan}
 */
function planOf(ms, text) {
  const statement = (/Query Text: ([\s\S]*?)(?=^\s*Query Parameters: |^.*\(cost=)/m.exec(text)?.[1] ?? '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const scanned = [...text.matchAll(/Seq Scan on (?:\w+\.)?"?(\w+)/g)].map(([, table = '']) => table);
  return { ms, text, statement, scanned: scanned.filter((table) => !SMALL.includes(table)) };
}
