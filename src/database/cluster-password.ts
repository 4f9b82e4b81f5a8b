import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';

/** Kept beside the cluster; only a cluster still to be made may get a new one. */
export async function openPassword(path: string, mayMake: boolean): Promise<string> {
  try {
    if (mayMake) await makeUnlessThere(path);
    return (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const advice = 'put it back, or set DATA_DIR to another folder';
    throw new Error(`The password of the database, ${path}, cannot be read (${code}): ${advice}.`, { cause });
  }
}

/** Linked when complete: of two processes starting at once both go on with the same password. */
async function makeUnlessThere(path: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(draft, randomBytes(32).toString('base64url'), { mode: 0o600 });
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
}
