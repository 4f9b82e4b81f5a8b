import { access, chmod, constants, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openPassword } from './cluster-password.js';
import { findClusterVersion, makeCluster } from './new-cluster.js';
import { findPostgres, type PostgresBinaries } from './postgres-binaries.js';
import { UnprivilegedRunner } from './unprivileged-runner.js';

/** What a server writes into its folder: process id, folder, instant of start and port, each on a line. */
export interface PostmasterLock {
  readonly pid: number;
  readonly port: number;
  readonly text: string;
}

/** The folder of the embedded database: the cluster itself, its password, its log, and its URL while it runs. */
export class PostgresCluster {
  readonly folder: string;
  readonly logFile: string;
  readonly passwordFile: string;
  private readonly urlFile: string;

  private constructor(
    readonly directory: string,
    readonly password: string,
    readonly binaries: PostgresBinaries,
    readonly runner: UnprivilegedRunner,
  ) {
    this.folder = join(directory, 'postgres');
    this.logFile = join(directory, 'postgres.log');
    this.passwordFile = join(directory, 'postgres.password');
    this.urlFile = join(directory, 'postgres.url');
  }

  /** Makes what is missing; what is there stays as it is. */
  static async open(dataDirectory: string): Promise<PostgresCluster> {
    const binaries = await findPostgres();
    const directory = await openDirectory(resolve(dataDirectory));
    const folder = join(directory, 'postgres');
    const version = await findClusterVersion(folder);
    if (version) refuseOtherVersion(folder, version, binaries.major);

    const runner = await UnprivilegedRunner.choose(binaries.postgres, version ? folder : directory, !version);
    const password = await openPassword(join(directory, 'postgres.password'), !version);
    const cluster = new PostgresCluster(directory, password, binaries, runner);
    if (!version) await makeCluster(cluster);
    return cluster;
  }

  /** There while a server runs, and after one that crashed. */
  async findLock(): Promise<PostmasterLock | undefined> {
    const text = await readFile(join(this.folder, 'postmaster.pid'), 'utf8').catch(() => '');
    const lines = text.split('\n').slice(0, 4);
    const [pid, , , port] = lines.map(Number);
    return pid && port && pid > 0 ? { pid, port, text: lines.join('\n') } : undefined;
  }

  /** Asks the server to end at once but cleanly; the caller has proved that the lock is its own. */
  async interrupt({ pid }: PostmasterLock): Promise<void> {
    if (process.platform !== 'win32') process.kill(pid, 'SIGINT');
    else await this.runner.run(this.binaries.pgCtl, ['kill', 'INT', String(pid)], this.directory); // no signals there
  }

  async publishUrl(url: string): Promise<void> {
    await writeFile(this.urlFile, `${url}\n`, { mode: 0o600 });
    await chmod(this.urlFile, 0o600);
  }

  async withdrawUrl(): Promise<void> {
    await rm(this.urlFile, { force: true });
  }
}

async function openDirectory(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK | constants.X_OK);
    return await realpath(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const isFile = code === 'EEXIST' || code === 'ENOTDIR';
    const reason = isFile ? 'is not a folder' : `cannot be written (${code})`;
    throw new Error(`DATA_DIR ${path} ${reason}: set it to a folder of your own, or set DATABASE_URL.`, { cause });
  }
}

function refuseOtherVersion(folder: string, version: string, ours: string): void {
  if (version === ours) return;
  throw new Error(
    `The database in ${folder} was made by PostgreSQL ${version}, and ${ours} comes along: move its data with ` +
      `pg_dump of version ${version}, or set DATA_DIR to another folder.`,
  );
}
