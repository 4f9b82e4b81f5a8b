import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { totalmem } from 'node:os';
import type { PostgresCluster, PostmasterLock } from './postgres-cluster.js';

const LOG_LIMIT = 10 * 1024 * 1024;

/** Ends that another attempt may mend: somebody else's server has the folder, is still ending, or took the port. */
const PASSING =
  /lock file .+ (already exists|is empty)|pre-existing shared memory block|could not create any TCP\/IP sockets/;

/** A server that this process launched. Whether it is the one that serves the folder is for its lock file to say. */
export class Postmaster {
  private error?: Error;

  private constructor(
    private readonly child: ChildProcess,
    private readonly logFile: string,
    private readonly logStart: number,
  ) {
    child.on('error', (error) => (this.error = error));
    child.unref();
  }

  /** Detached: Ctrl-C in a terminal must reach the application alone, which stops the server after its last query. */
  static async launch(cluster: PostgresCluster, wantedPort?: number): Promise<Postmaster> {
    const [port, env] = [wantedPort ?? (await findFreePort()), await disownReusedPid(cluster)];
    const address = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories='];
    const settings = [...address, `shared_buffers=${sharedBuffersMb()}MB`];
    const args = ['-D', cluster.folder, ...settings.flatMap((setting) => ['-c', setting])];

    const log = await openLog(cluster.logFile);
    try {
      const { size } = await log.stat();
      const options = { cwd: cluster.folder, detached: true, stdio: ['ignore' as const, log.fd, log.fd], env };
      return new Postmaster(cluster.runner.spawn(cluster.binaries.postgres, args, options), cluster.logFile, size);
    } finally {
      await log.close();
    }
  }

  wrote(lock: PostmasterLock): boolean {
    return !this.hasEnded && this.child.pid === lock.pid;
  }

  get hasEnded(): boolean {
    return this.error !== undefined || this.child.exitCode !== null || this.child.signalCode !== null;
  }

  abandon(): void {
    this.child.kill('SIGINT');
  }

  /** Only for one that ended: an end that nothing can mend is thrown. */
  async refuseLastingEnd(): Promise<void> {
    const words = this.error?.message ?? (await readLastWords(this.logFile, this.logStart));
    const end = this.child.signalCode ?? this.child.exitCode ?? 'never began';
    if (!PASSING.test(words)) throw new Error(`PostgreSQL ended while starting (${end}):\n${words}`);
  }
}

/** The last lines in the log of the servers. */
export async function readLastWords(logFile: string, from = 0): Promise<string> {
  const log = (await readFile(logFile)).subarray(from).toString();
  return log.trim().split('\n').slice(-10).join('\n');
}

/**
 * PostgreSQL's own default of 128 MB holds the rows and keys of some hundred thousand sessions; beyond, each check copies
 * pages from the system. It may take an eighth of the memory, of a container's where one is set, and takes it as it grows.
 */
function sharedBuffersMb(): number {
  const bytes = Math.min(totalmem(), process.constrainedMemory() || Infinity);
  return Math.min(4_096, Math.max(128, Math.floor(bytes / 8 / 2 ** 20)));
}

async function openLog(path: string): Promise<FileHandle> {
  const log = await open(path, 'a', 0o600);
  if ((await log.stat()).size > LOG_LIMIT) await log.truncate();
  return log;
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * After a crash the lock file names a process id that may since have gone to another program, as it often does in
 * containers; PostgreSQL would wait for that program to end. It overlooks the one id named by this variable, and
 * still checks the shared memory of the server before.
 */
async function disownReusedPid(cluster: PostgresCluster): Promise<NodeJS.ProcessEnv> {
  const pid = (await cluster.findLock())?.pid;
  const program = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'postgres');
  return program.trim() === 'postgres' ? {} : { PG_GRANDPARENT_PID: String(pid) };
}
