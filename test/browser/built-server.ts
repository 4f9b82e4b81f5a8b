import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { build } from '../../tools/build.js';

const MAIN = resolve(import.meta.dirname, '../../dist/src/main.js');
const PATIENCE_MS = 30_000;

/** The server as it is shipped, in a process of its own, on a data folder that nobody used before. */
export class BuiltServer {
  static readonly adminPassword = 'eleven grey herons at dawn';

  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(variables: Record<string, string> = {}): Promise<BuiltServer> {
    if (!(await build())) throw new Error('The sources do not compile.');
    const folder = await mkdtemp(join(tmpdir(), 'curfew-browser-'));
    await chmod(folder, 0o755);
    const port = await freePort();
    const { PATH, SystemRoot } = process.env;
    const settings = { PORT: port, DATA_DIR: join(folder, 'data'), LOG_FORMAT: 'json', LOG_LEVEL: 'warn' };
    const child = spawn(process.execPath, [MAIN], {
      cwd: folder,
      env: { PATH, SystemRoot, ...settings, ADMIN_PASSWORD: BuiltServer.adminPassword, ...variables },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const server = new BuiltServer(`http://127.0.0.1:${port}`, child, folder);
    await server.isReady();
    return server;
  }

  /** As the first administrator. */
  async changeApplication(id: string, changes: object): Promise<void> {
    await this.administer('PATCH', `/applications/${id}`, changes);
  }

  async makeUser(username: string, password: string): Promise<void> {
    await this.administer('POST', '/users', { username, password });
  }

  /** A user without a password, and the link by which they choose one. */
  async makeLink(username: string): Promise<string> {
    const { id } = (await this.administer('POST', '/users', { username })) as { id: string };
    const { link } = (await this.administer('POST', `/users/${id}/links`, { kind: 'invite' })) as { link: string };
    return link;
  }

  private async administer(method: string, path: string, body: object): Promise<unknown> {
    const credentials = { login: 'admin@localhost', password: BuiltServer.adminPassword };
    const { token } = (await this.send('POST', '/auth/login', credentials)) as { token: string };
    return this.send(method, `/admin${path}`, body, token);
  }

  private async send(method: string, path: string, body: object, token?: string): Promise<unknown> {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGINT');
      await once(this.child, 'exit');
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  private async isReady(): Promise<void> {
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await pause(50)) {
      if (this.child.exitCode !== null) break;
      const answer = await fetch(`${this.url}/health/ready`).catch(() => undefined);
      if (answer?.ok) return;
    }
    await this.stop();
    throw new Error('The built server did not become ready; its log stands above.');
  }
}

async function freePort(): Promise<string> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return String(port);
}
