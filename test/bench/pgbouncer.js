/** PgBouncer in transaction mode in front of a database, as Debian packages it, in a folder and on a port of its own. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './server-process.js';

const PATIENCE_MS = 5_000;

export function requirePgBouncer() {
  if (spawnSync('pgbouncer', ['--version']).error)
    throw new Error('pgbouncer is missing: install it first, on Debian with apt-get install pgbouncer.');
}

export class PgBouncer {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  child;

  /**
   * @param {string} folder
   * @param {number} port
   * @param {string} url The database's address with PgBouncer's host and port in it.
   */
  constructor(folder, port, url) {
    this.folder = folder;
    this.port = port;
    this.url = url;
  }

  /**
   * Settings replace ours by name, as in `pgbouncer.ini`.
   *
   * @param {string} databaseUrl
   * @param {{ [name: string]: string | number }} [settings]
   */
  static async start(databaseUrl, settings = {}) {
    requirePgBouncer();
    const folder = await mkdtemp(join(tmpdir(), 'curfew-pgbouncer-'));
    // It refuses root, and must still read its file.
    await chmod(folder, 0o755);
    const port = await freePort();
    const url = Object.assign(new URL(databaseUrl), { host: `127.0.0.1:${port}` }).href;
    await writeFile(join(folder, 'pgbouncer.ini'), iniOf(databaseUrl, port, settings));
    const bouncer = new PgBouncer(folder, port, url);
    await bouncer.resume();
    return bouncer;
  }

  /** Starts it, again after a kill, and answers once it takes connections. */
  async resume() {
    const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
    const child = spawn('pgbouncer', ['-q', ...user, join(this.folder, 'pgbouncer.ini')], { stdio: 'ignore' });
    this.child = child;
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await pause(20)) {
      if (child.exitCode !== null) break;
      if (await isListening(this.port)) return;
    }
    await this.stop();
    throw new Error('pgbouncer did not start.');
  }

  /** As a crash: connections are cut, and nobody listens. */
  async kill() {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async stop() {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} databaseUrl
 * @param {number} port
 * @param {{ [name: string]: string | number }} settings
 */
function iniOf(databaseUrl, port, settings) {
  const { hostname, port: databasePort, username, password } = new URL(databaseUrl);
  const server = { host: hostname, port: databasePort || 5432, user: username, password };
  const target = Object.entries(server).map(([name, value]) => `${name}=${decodeURIComponent(String(value))}`);
  const all = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: 'transaction',
    default_pool_size: 5,
    max_client_conn: 200,
    query_wait_timeout: 1,
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}`);
  return ['[databases]', `* = ${target.join(' ')}`, '[pgbouncer]', ...lines, ''].join('\n');
}

/** @param {number} port */
async function isListening(port) {
  const socket = connect(port, '127.0.0.1');
  const found = await Promise.race([once(socket, 'connect'), once(socket, 'error')]).then(
    () => socket.readyState === 'open',
    () => false,
  );
  socket.destroy();
  return found;
}
