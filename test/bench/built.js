/** The built server's own parts, with the types of their sources. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from '../../tools/build.js';

export const ROOT = resolve(import.meta.dirname, '../..');
/** What a contestant process runs as the real server. */
export const SERVER = join(ROOT, 'dist/src/main.js');

/** Brings dist up to date; a measurement of yesterday's code is worse than none. */
async function buildOrFail() {
  if (!(await build()) || !existsSync(SERVER)) throw new Error('The sources do not compile.');
}

/**
 * A measurement from its build to its exit code: 0 where its gates were met. What goes wrong is told in one line.
 *
 * @param {() => Promise<number>} measure
 * @param {() => void} [requireTools]
 */
export async function runBench(measure, requireTools = () => {}) {
  try {
    requireTools();
    await buildOrFail();
    process.exitCode = await measure();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

/** @returns {Promise<typeof import('../../src/database/embedded-postgres.js')>} */
export const embeddedPostgres = () => fromDist('src/database/embedded-postgres.js');
/** @returns {Promise<typeof import('../../src/database/postgres-cluster.js')>} */
export const postgresCluster = () => fromDist('src/database/postgres-cluster.js');
/** @returns {Promise<typeof import('../../src/database/database-preparation.js')>} */
export const databasePreparation = () => fromDist('src/database/database-preparation.js');
/** @returns {Promise<typeof import('../../migrations/index.js')>} */
export const migrations = () => fromDist('migrations/index.js');
/** @returns {Promise<typeof import('../../src/database/store.js')>} */
export const store = () => fromDist('src/database/store.js');
/** @returns {Promise<typeof import('../../src/database/shared-statement.js')>} */
export const sharedStatement = () => fromDist('src/database/shared-statement.js');
/** @returns {Promise<typeof import('../../src/session/session-checks.js')>} */
export const sessionChecks = () => fromDist('src/session/session-checks.js');
/** @returns {Promise<typeof import('../../src/session/session-endings.js')>} */
export const sessionEndings = () => fromDist('src/session/session-endings.js');
/** @returns {Promise<typeof import('../../src/session/session.service.js')>} */
export const sessionService = () => fromDist('src/session/session.service.js');
/** @returns {Promise<typeof import('../../src/session/session-toucher.js')>} */
export const sessionToucher = () => fromDist('src/session/session-toucher.js');
/** @returns {Promise<typeof import('../../src/session/session-token.js')>} */
export const sessionToken = () => fromDist('src/session/session-token.js');
/** @returns {Promise<typeof import('../../src/session/instant.js')>} */
export const instant = () => fromDist('src/session/instant.js');

/**
 * Typed by whoever asks.
 *
 * @param {string} path
 * @returns {Promise<never>}
 */
function fromDist(path) {
  return /** @type {Promise<never>} */ (import(join(ROOT, 'dist', path)));
}
