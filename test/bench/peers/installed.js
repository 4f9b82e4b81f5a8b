/** The packages of test/bench/package.json: installed when a bench wants them, and never by the product's own `npm ci`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const FOLDER = resolve(import.meta.dirname, '..');

/** @typedef {Record<string, { version?: string, optional?: boolean, peer?: boolean }>} Packages */

/** Installs them where they are missing or of other versions than the lock file names. */
export async function ensurePeers() {
  if (await areInstalled()) return;
  console.log('Installing what Curfew is measured against and drawn with (test/bench/package.json) …');
  const npm = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: FOLDER, stdio: 'inherit' });
  await once(npm, 'exit');
  if (npm.exitCode !== 0) throw new Error('The packages of test/bench were not installed: see above.');
}

/** The version of each package that test/bench/package.json names. */
export async function peerVersions() {
  const { dependencies } = /** @type {{ dependencies: Record<string, string> }} */ (
    JSON.parse(await readFile(join(FOLDER, 'package.json'), 'utf8'))
  );
  return dependencies;
}

async function areInstalled() {
  const [wanted, found] = await Promise.all(
    ['package-lock.json', 'node_modules/.package-lock.json'].map((path) => packagesIn(join(FOLDER, path))),
  );
  if (!wanted || !found) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' || found[path]?.version === version || (optional && found[path] === undefined),
  );
}

/**
 * @param {string} lockFile
 * @returns {Promise<Packages | undefined>}
 */
async function packagesIn(lockFile) {
  const text = await readFile(lockFile, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : /** @type {{ packages: Packages }} */ (JSON.parse(text)).packages;
}
