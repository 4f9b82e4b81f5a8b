import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { vi } from 'vitest';
import { findPostgres } from '../../src/database/postgres-binaries.js';
import { UnprivilegedRunner } from '../../src/database/unprivileged-runner.js';
import { freePort } from '../bench/server-process.js';

export const DATABASE = 'curfew';
const USER = 'curfew';

/** A PostgreSQL of this run alone, from the programs that come along: it can be copied, killed, stopped for a while, promoted. */
export class PostgresServer {
  private child: ChildProcess | undefined;

  private constructor(
    readonly folder: string,
    readonly port: number,
    private readonly runner: UnprivilegedRunner,
    private readonly program: string,
  ) {}

  /** A new cluster in a folder that is not there yet, inside one that is. */
  static async create(parent: string, name: string): Promise<PostgresServer> {
    const { initdb, postgres } = await findPostgres();
    const runner = await UnprivilegedRunner.choose(postgres, parent, true);
    await runner.own(parent);
    const folder = join(parent, name);
    await runner.run(initdb, ['-D', folder, '-E', 'UTF8', '--locale=C', '-U', USER, '-A', 'trust'], parent);
    const server = new PostgresServer(folder, await freePort(), runner, postgres);
    await server.set({
      port: server.port,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      shared_buffers: '32MB',
      max_connections: 100,
      wal_keep_size: '64MB',
      wal_retrieve_retry_interval: '200ms',
      autovacuum: 'off',
    });
    return server;
  }

  /** A copy of one that does not run, with a port of its own. */
  async copy(name: string): Promise<PostgresServer> {
    const parent = join(this.folder, '..');
    const folder = join(parent, name);
    await this.runner.run('/bin/cp', ['-a', this.folder, folder], parent);
    const copy = new PostgresServer(folder, await freePort(), this.runner, this.program);
    await copy.set({ port: copy.port });
    return copy;
  }

  /** From its next start it replays what that server does; `name` is what that server knows it by. */
  async follow({ port }: PostgresServer, name: string): Promise<void> {
    await this.set({ primary_conninfo: `host=127.0.0.1 port=${port} user=${USER} application_name=${name}` });
    await this.runner.run('/bin/touch', [join(this.folder, 'standby.signal')], this.folder);
  }

  /** From its next start, or `reload`. */
  async set(settings: Record<string, string | number>): Promise<void> {
    const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`);
    await this.append(lines.join(''));
  }

  /** The same, as text of its file of settings. */
  async append(text: string): Promise<void> {
    await appendFile(join(this.folder, 'postgresql.conf'), text);
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get url(): string {
    return `postgres://${USER}@${this.address}/${DATABASE}`;
  }

  /** Resolves once it answers. */
  async start(): Promise<void> {
    const log = await open(`${this.folder}.log`, 'a');
    const stdio = ['ignore' as const, log.fd, log.fd];
    this.child = this.runner.spawn(this.program, ['-D', this.folder], { cwd: this.folder, stdio });
    await log.close();
    await vi.waitUntil(() => this.sql('select', [], 'postgres').then(Boolean, () => false), {
      timeout: 60_000,
      interval: 20,
    });
  }

  reload(): void {
    this.child!.kill('SIGHUP');
  }

  /** `fast` ends cleanly, `immediate` as `pg_ctl -m immediate` does, `killed` as when the power goes. */
  async end(how: 'fast' | 'immediate' | 'killed'): Promise<void> {
    if (!this.isRunning) return;
    const exited = once(this.child!, 'exit');
    if (how === 'killed') await this.signalAll('SIGKILL');
    else this.child!.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await exited;
  }

  /** Every process of it stands still, and its connections stay. */
  pause(): Promise<void> {
    return this.signalAll('SIGSTOP');
  }

  goOn(): Promise<void> {
    return this.signalAll('SIGCONT');
  }

  /** Resolves once it is a primary; milliseconds that this took. */
  async promote(): Promise<number> {
    const startedAt = performance.now();
    await this.sql('select pg_promote(true, 30)');
    return performance.now() - startedAt;
  }

  async sql<Row extends object = Record<string, unknown>>(
    text: string,
    values: unknown[] = [],
    database = DATABASE,
  ): Promise<Row[]> {
    const client = new pg.Client(Object.assign(new URL(this.url), { pathname: `/${database}` }).href);
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  private get isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  // The postmaster first: it would take the death of a child for a crash, and begin again.
  private async signalAll(signal: NodeJS.Signals): Promise<void> {
    const postmaster = this.child!.pid!;
    const children = await childrenOf(postmaster);
    for (const pid of [postmaster, ...children]) {
      try {
        process.kill(pid, signal);
      } catch {
        // It ended by itself meanwhile.
      }
    }
  }
}

async function childrenOf(parent: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  return stats.flatMap((stat) => {
    const [, pid, ppid] = /^(\d+) \(.*\) \S (\d+)/s.exec(stat) ?? [];
    return Number(ppid) === parent ? [Number(pid)] : [];
  });
}
