/** nginx in front of nodes, by the very file that docs/nginx.conf gives to copy, in a folder and on a port of its own. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT } from './built.js';
import { cpuUsOf, freePort } from './server-process.js';

const PATIENCE_MS = 5_000;
const OURS = join(ROOT, 'docs/nginx.conf');

export function requireNginx() {
  if (spawnSync('nginx', ['-v']).error)
    throw new Error('nginx is missing: install it first, on Debian with apt-get install nginx.');
}

export class Nginx {
  /**
   * @param {string} folder
   * @param {string} origin
   * @param {import('node:child_process').ChildProcess} child
   */
  constructor(folder, origin, child) {
    this.folder = folder;
    this.origin = origin;
    this.child = child;
  }

  /** @param {string[]} nodes Origins, such as `http://127.0.0.1:3001`. */
  static async start(nodes) {
    requireNginx();
    const folder = await mkdtemp(join(tmpdir(), 'curfew-nginx-'));
    // Its workers drop root's rights, and must still reach their folder.
    await chmod(folder, 0o755);
    const port = await freePort();
    const file = join(folder, 'nginx.conf');
    await writeFile(file, configOf(folder, port, nodes));
    const child = spawn('nginx', ['-e', 'stderr', '-p', folder, '-c', file], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const nginx = new Nginx(folder, `http://127.0.0.1:${port}`, child);
    await nginx.answers();
    return nginx;
  }

  /** Processor time of the master and its workers so far, in microseconds. */
  cpuUs() {
    return [this.child.pid ?? 0, ...childrenOf(this.child.pid ?? 0)].reduce((sum, pid) => sum + cpuUsOf(pid), 0);
  }

  async stop() {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGTERM');
      await once(this.child, 'exit');
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  async answers() {
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await pause(30)) {
      if (this.child.exitCode !== null) break;
      const answer = await fetch(this.origin).catch(() => undefined);
      await answer?.arrayBuffer();
      if (answer) return;
    }
    await this.stop();
    throw new Error('nginx did not start.');
  }
}

/**
 * The file to copy with other servers, a free port, no TLS, and its log in the folder; around it what Debian's nginx.conf
 * would say.
 *
 * @param {string} folder
 * @param {number} port
 * @param {string[]} nodes
 */
function configOf(folder, port, nodes) {
  const servers = nodes.map((node) => `  server ${new URL(node).host} fail_timeout=2s;`).join('\n');
  const site = readFileSync(OURS, 'utf8')
    .replace(/( +server [\d.]+:\d+[^\n]*\n)+/, `${servers}\n`)
    .replace('listen 443 ssl;', `listen 127.0.0.1:${port};`)
    .replaceAll(/^ *ssl_certificate.*\n/gm, '')
    .replace('/var/log/nginx', folder);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `  ${name}_temp_path ${folder}/${name};`,
  );
  const user = process.getuid?.() === 0 ? ['user nobody nogroup;'] : [];
  const main = ['daemon off;', ...user, 'worker_processes auto;', `pid ${folder}/nginx.pid;`];
  return [...main, 'events { worker_connections 4096; }', 'http {', ...temporary, site, '}', ''].join('\n');
}

/** @param {number} parent */
export function childrenOf(parent) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
}

/** @param {number} pid */
function parentOf(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]);
  } catch {
    return undefined; // It has ended meanwhile.
  }
}
