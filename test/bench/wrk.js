/** The load generator wrk: every request carries another header line, or is another one altogether. */
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const CONNECTIONS = 64;
const SCRIPT = join(import.meta.dirname, 'wrk.lua');
const REQUEST_SCRIPT = join(import.meta.dirname, 'wrk-requests.lua');

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
  const { found } = await run(url, { seconds, connections: CONNECTIONS }, [SCRIPT, headerFile]);
  return found;
}

/**
 * Whole requests from a file (requests.js writes it), in turn; or each of them once, and an error where they run out.
 *
 * @param {string} origin
 * @param {string} requestFile
 * @param {{ seconds: number, connections: number, isOnce: boolean }} how
 * @returns {Promise<Load & { used: number }>} With how many of the file's requests were taken.
 */
export async function loadRequests(origin, requestFile, { isOnce, ...how }) {
  const mode = isOnce ? 'once' : 'in-turn';
  const { found, rest } = await run(origin, how, [REQUEST_SCRIPT, requestFile, mode]);
  const [used = 0, left = 0] = rest;
  if (isOnce && left === 0) throw new Error(`${used} prepared requests were too few: take fewer seconds.`);
  return { ...found, used };
}

/**
 * @param {string} url
 * @param {{ seconds: number, connections: number }} how
 * @param {string[]} script Its path and its arguments.
 */
async function run(url, { seconds, connections }, [script = '', ...rest]) {
  const options = ['--threads', '1', '--connections', `${connections}`, '--duration', `${seconds}s`, '--latency'];
  const { stdout } = await promisify(execFile)('wrk', [...options, '--script', script, url, '--', ...rest]);
  const line = stdout.split('\n').find((text) => text.startsWith('totals '));
  if (!line) throw new Error(`wrk told no totals:\n${stdout}`);
  const [requests = 0, microseconds = 1, failures = 0, p99Us = 0, ...more] = line.split(' ').slice(1).map(Number);
  const found = { perSecond: requests / (microseconds / 1e6), p99Ms: p99Us / 1e3, requests, failures };
  return { found, rest: more };
}
