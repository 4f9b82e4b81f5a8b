/** Where the nodes write their logs: a small volume of their own, which can be full. */
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command, isInstalled, isRoot } from './commands.js';

const SIZE_MB = 64;
const BALLAST = 'ballast';

export class LogVolume {
  /**
   * @param {string} folder
   * @param {string | undefined} missing Why it is a plain folder, which is never full.
   */
  constructor(folder, missing) {
    this.folder = folder;
    this.missing = missing;
  }

  /** @param {string} folder Made here. */
  static async make(folder) {
    await mkdir(folder);
    if (process.platform !== 'linux' || !isRoot())
      return new LogVolume(folder, 'a volume of its own needs root on Linux');
    if (!isInstalled('mount')) return new LogVolume(folder, 'mount is not installed');
    try {
      await command(`mount -t tmpfs -o size=${SIZE_MB}m curfew-ghost ${folder}`);
      return new LogVolume(folder, undefined);
    } catch (error) {
      return new LogVolume(folder, /** @type {Error} */ (error).message);
    }
  }

  /** Not a byte more. */
  async fill() {
    const path = join(this.folder, BALLAST);
    for (;;) {
      const { bavail, bsize } = await statfs(this.folder);
      if (bavail === 0) return;
      await writeFile(path, Buffer.alloc(bavail * bsize), { flag: 'a' }).catch((/** @type {unknown} */ error) => {
        if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOSPC') throw error;
      });
    }
  }

  async empty() {
    await rm(join(this.folder, BALLAST), { force: true });
  }

  async remove() {
    if (this.missing === undefined) await command(`umount -l ${this.folder}`).catch(() => {});
  }
}
