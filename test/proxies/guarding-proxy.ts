import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { freePort } from '../bench/server-process.js';

const DOCS = join(import.meta.dirname, '../../docs/proxies');

/** Where a proxy stands, and between whom; all on this machine. */
export interface Places {
  folder: string;
  port: number;
  /** Ports of Curfew's nodes: two. */
  nodes: [number, number];
  /** Port of the program behind it. */
  app: number;
}

/** A proxy of Debian with the file that docs/proxies gives to copy: files by name, and the command that runs them. */
interface Kind {
  name: string;
  package: string;
  files(places: Places): Promise<Record<string, string>>;
  command(places: Places): [program: string, ...parameters: string[]];
}

const documented = (name: string): string => readFileSync(join(DOCS, name), 'utf8');

/** The same text with other words, each of which must be there; what was put in is not looked at again. */
function replaced(text: string, words: Record<string, string>): string {
  const missing = Object.keys(words).find((word) => !text.includes(word));
  if (missing !== undefined) throw new Error(`The documented file does not say ${missing}.`);
  const between = (part: string, [next, ...others]: [string, string][]): string =>
    next === undefined
      ? part
      : part
          .split(next[0])
          .map((piece) => between(piece, others))
          .join(next[1]);
  return between(text, Object.entries(words));
}

const addresses = ({ nodes, app }: Places): Record<string, string> => ({
  '10.0.0.11:3000': `127.0.0.1:${nodes[0]}`,
  '10.0.0.12:3000': `127.0.0.1:${nodes[1]}`,
  '10.0.0.21:8080': `127.0.0.1:${app}`,
});

/** nginx; `more` are words that a test sets beside the addresses. */
export function nginx(more: Record<string, string> = {}, http = ''): Kind {
  return {
    name: 'nginx',
    package: 'nginx',
    files: async (places) => {
      const { folder, port } = places;
      const words = {
        ...addresses(places),
        'listen 443 ssl;': `listen 127.0.0.1:${port};`,
        '  ssl_certificate /etc/ssl/app.crt;\n  ssl_certificate_key /etc/ssl/app.key;\n': '',
        '/var/log/nginx': folder,
        ...more,
      };
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (name) => `${name}_temp_path ${folder}/${name};`,
      );
      const user = process.getuid?.() === 0 ? ['user nobody nogroup;'] : [];
      const main = ['daemon off;', ...user, `pid ${folder}/nginx.pid;`, 'events {}', 'http {', 'access_log off;', http];
      return { 'nginx.conf': [...main, ...temporary, replaced(documented('nginx.conf'), words), '}'].join('\n') };
    },
    command: ({ folder }) => ['nginx', '-e', 'stderr', '-p', folder, '-c', join(folder, 'nginx.conf')],
  };
}

const CADDY: Kind = {
  name: 'Caddy',
  package: 'caddy',
  files: async (places) => {
    const words = { ...addresses(places), 'app.example.org {': `http://:${places.port} {\n\tbind 127.0.0.1` };
    return { Caddyfile: `{\n\tadmin off\n}\n${replaced(documented('Caddyfile'), words)}` };
  },
  command: ({ folder }) => ['caddy', 'run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')],
};

const HAPROXY: Kind = {
  name: 'HAProxy',
  package: 'haproxy',
  files: async (places) => {
    const words = {
      ...addresses(places),
      ':443 ssl crt /etc/ssl/app.pem': `127.0.0.1:${places.port}`,
      'X-Forwarded-Proto https': 'X-Forwarded-Proto http',
      '127.0.0.1:3900': `127.0.0.1:${await freePort()}`,
      '/etc/haproxy': places.folder,
    };
    return { 'haproxy.cfg': replaced(documented('haproxy.cfg'), words), 'curfew.lua': documented('curfew.lua') };
  },
  command: ({ folder }) => ['haproxy', '-f', join(folder, 'haproxy.cfg')],
};

/** All of docs/proxies. */
export const GUARDS: Kind[] = [nginx(), CADDY, HAPROXY];

/** One of them at work. */
export class GuardingProxy {
  private readonly written: string[] = [];

  private constructor(
    private readonly folder: string,
    readonly port: number,
    private readonly child: ChildProcess,
  ) {
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (bytes: Buffer) => this.written.push(bytes.toString()));
  }

  static async start(kind: Kind, nodes: [number, number], app: number): Promise<GuardingProxy> {
    const folder = await mkdtemp(join(tmpdir(), 'curfew-guard-'));
    // Workers that drop root's rights must still reach their folder.
    await chmod(folder, 0o755);
    const places = { folder, port: await freePort(), nodes, app };
    for (const [name, text] of Object.entries(await kind.files(places))) await writeFile(join(folder, name), text);
    const [program, ...parameters] = kind.command(places);
    const env = { PATH: process.env['PATH'], HOME: folder };
    const child = spawn(program, parameters, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.once('error', () => {}); // Told below, since it never answers.
    const proxy = new GuardingProxy(folder, places.port, child);
    await proxy.answers(kind);
    return proxy;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    if (this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGTERM');
      await once(this.child, 'exit');
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  private async answers(kind: Kind): Promise<void> {
    const isThere = () =>
      fetch(this.origin).then(
        () => true,
        () => this.child.pid === undefined || this.child.exitCode !== null,
      );
    await vi.waitUntil(isThere, { timeout: 10_000, interval: 30 });
    if (this.child.pid !== undefined && this.child.exitCode === null) return;
    await this.stop();
    throw new Error(`${kind.name} did not start; on Debian: apt-get install ${kind.package}. ${this.written.join('')}`);
  }
}
