/** What runs that were killed left behind. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from './commands.js';

const FOLDER = /^curfew-ghost-(\d+)-/;

/**
 * The beginning of the name of a run's folder: it tells whose it is.
 */
export const PREFIX = `curfew-ghost-${process.pid}-`;

/**
 * Ends the databases and removes the folders of runs whose process is gone.
 *
 * @param {string} parent
 */
export async function removeAbandoned(parent) {
  for (const name of await readdir(parent)) {
    const [, pid] = FOLDER.exec(name) ?? [];
    if (pid === undefined || isRunning(Number(pid))) continue;
    const folder = join(parent, name);
    for (const data of ['data', 'standby']) await endDatabase(join(folder, data, 'postgres'));
    await command(`umount -l ${join(folder, 'logs')}`).catch(() => {});
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * Signal 0 asks and disturbs nobody.
 *
 * @param {number} pid
 */
export function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/**
 * The id may have gone to another program meanwhile: only a server that names this folder is ended.
 *
 * @param {string} folder
 */
async function endDatabase(folder) {
  const lock = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(lock.split('\n')[0]);
  if (!pid) return;
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (line.split('\0').includes(folder)) process.kill(pid, 'SIGQUIT');
}
