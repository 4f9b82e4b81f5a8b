import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { vi } from 'vitest';
import { freePort } from './bench/server-process.js';
import { ADMIN } from './server.js';

/** The server as `npm start` runs it, in a process of its own. */
export class NodeProcess {
  private static readonly running: NodeProcess[] = [];
  private readonly written: string[] = [];
  readonly exit: Promise<number | null>;

  private constructor(
    readonly child: ChildProcess,
    readonly port: number,
  ) {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (bytes: Buffer) => this.written.push(bytes.toString()));
    this.exit = once(child, 'exit').then(([code]) => code as number | null);
  }

  /** Starts it on a free port; `folder` is where it looks for a file of settings. `stdout` may be an open file. */
  static async boot(
    settings: NodeJS.ProcessEnv,
    folder: string,
    stdout: 'pipe' | number = 'pipe',
  ): Promise<NodeProcess> {
    const port = await freePort();
    const env = { PATH: process.env['PATH'], PORT: String(port), ADMIN_PASSWORD: ADMIN.password, ...settings };
    const main = join(import.meta.dirname, '../dist/src/main.js');
    const child = spawn(process.execPath, [main], { env, cwd: folder, stdio: ['ignore', stdout, 'pipe'] });
    const node = new NodeProcess(child, port);
    NodeProcess.running.push(node);
    return node;
  }

  static killAll(): void {
    NodeProcess.running.splice(0).forEach(({ child }) => child.kill('SIGKILL'));
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** All that it wrote so far. */
  output(): string {
    return this.written.join('');
  }

  async ready(timeout = 30_000): Promise<void> {
    const probe = () =>
      fetch(`${this.origin}/health/ready`).then(
        ({ status }) => status,
        () => 0,
      );
    await vi.waitUntil(async () => (this.child.exitCode ?? (await probe())) === 200, { timeout, interval: 30 });
  }
}
