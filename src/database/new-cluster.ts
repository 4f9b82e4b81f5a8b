import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresBinaries } from './postgres-binaries.js';
import type { UnprivilegedRunner } from './unprivileged-runner.js';

export const CLUSTER_USER = 'curfew';

const DRAFT = 'postgres.new-';

interface ClusterPlan {
  readonly directory: string;
  readonly folder: string;
  readonly password: string;
  readonly binaries: PostgresBinaries;
  readonly runner: UnprivilegedRunner;
}

/** The major version of the cluster in a folder, or undefined when there is none. */
export async function findClusterVersion(folder: string): Promise<string | undefined> {
  try {
    return (await readFile(join(folder, 'PG_VERSION'), 'utf8')).trim();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    const advice = 'start Curfew as its owner, or set DATA_DIR to another folder';
    throw new Error(`The database in ${folder} cannot be read (${code}): ${advice}.`, { cause });
  }
}

/** Works on a draft and renames it at the end: one that is cut short, or loses to another process, changes nothing. */
export async function makeCluster(plan: ClusterPlan): Promise<void> {
  const draft = await mkdtemp(join(plan.directory, DRAFT));
  try {
    await initialise(plan, draft);
    await rename(join(draft, 'cluster'), plan.folder);
    await removeDrafts(plan.directory);
  } catch (cause) {
    if ((await findClusterVersion(plan.folder)) === undefined) throw explain(cause, plan.folder);
  } finally {
    await removeDraft(draft);
  }
}

async function initialise({ binaries, password, runner }: ClusterPlan, draft: string): Promise<void> {
  const [cluster, passwordFile] = [join(draft, 'cluster'), join(draft, 'password')];
  await writeFile(passwordFile, password, { mode: 0o600 });
  await Promise.all([draft, passwordFile].map((path) => runner.own(path)));

  const identity = ['-U', CLUSTER_USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  await runner.run(binaries.initdb, ['-D', cluster, '-E', 'UTF8', '--locale=C', ...identity], draft);
}

/** Also what an earlier start left when it was cut short; whoever is still at work notices, and joins. */
async function removeDrafts(directory: string): Promise<void> {
  const drafts = (await readdir(directory)).filter((name) => name.startsWith(DRAFT));
  await Promise.all(drafts.map((name) => removeDraft(join(directory, name))));
}

async function removeDraft(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => {}); // in use: its owner removes it
}

function explain(cause: unknown, folder: string): Error {
  const { code, stderr } = cause as { code?: string | number; stderr?: string };
  const isTaken = code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR';
  const reason = isTaken ? 'something else is there already' : stderr?.trim() || String(cause);
  return new Error(`No database could be made in ${folder}: ${reason}`, { cause });
}
