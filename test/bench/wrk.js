/** The load generator wrk: every request carries another header line, in turn. */
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const CONNECTIONS = 64;
const SCRIPT = join(import.meta.dirname, 'wrk.lua');

/** @typedef {{ perSecond: number, p99Ms: number, requests: number, failures: number }} Load */

export function requireWrk() {
  if (spawnSync('wrk', ['--version']).error)
    throw new Error('wrk is missing: install it first, on Debian with apt-get install wrk.');
}

/**
 * @param {string} url
 * @param {string} headerFile One header a line.
 * @param {number} seconds
 * @returns {Promise<Load>}
 */
export async function load(url, headerFile, seconds) {
  const options = ['--threads', '1', '--connections', `${CONNECTIONS}`, '--duration', `${seconds}s`, '--latency'];
  const { stdout } = await promisify(execFile)('wrk', [...options, '--script', SCRIPT, url, '--', headerFile]);
  const line = stdout.split('\n').find((text) => text.startsWith('totals '));
  if (!line) throw new Error(`wrk told no totals:\n${stdout}`);
  const [requests = 0, microseconds = 1, failures = 0, p99Us = 0] = line.split(' ').slice(1).map(Number);
  return { perSecond: requests / (microseconds / 1e6), p99Ms: p99Us / 1e3, requests, failures };
}
