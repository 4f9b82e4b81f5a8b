/** One server in a process of its own, and the processor time that it took. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 30_000;
// Linux counts processor time in hundredths of a second, whatever the kernel's own clock.
const TICK_US = 10_000;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
// Whoever could not be stopped in good order, as when a bench is interrupted while it starts, does not outlive it.
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export class ServerProcess {
  /**
   * @param {import('node:child_process').ChildProcess} child
   * @param {string} origin
   */
  constructor(child, origin) {
    this.child = child;
    this.origin = origin;
  }

  /**
   * Starts the script with PORT and the given variables; answers once `path` does.
   *
   * @param {string} script
   * @param {{ [name: string]: string }} environment
   * @param {string} path
   * @param {number | 'ignore'} output Where its log goes: the descriptor of an open file, or nowhere.
   */
  static async start(script, environment, path, output = 'ignore') {
    const port = String(await freePort());
    const env = { PATH: process.env['PATH'], NODE_ENV: 'production', PORT: port, ...environment };
    const child = spawn(process.execPath, [script], { env, stdio: ['ignore', output, 'inherit'] });
    running.add(child);
    child.once('exit', () => running.delete(child));
    const server = new ServerProcess(child, `http://127.0.0.1:${port}`);
    await server.answers(path);
    return server;
  }

  /** @param {string} path */
  async answers(path) {
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await pause(50)) {
      if (this.child.exitCode !== null) break;
      const answer = await fetch(this.origin + path).catch(() => undefined);
      if (answer) return;
    }
    await this.stop();
    throw new Error(`${this.child.spawnargs.join(' ')} did not serve.`);
  }

  /** Processor time so far, user and system, in microseconds; NaN where the system does not tell. */
  cpuUs() {
    return cpuUsOf(this.child.pid ?? 0);
  }

  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGINT');
    await once(this.child, 'exit');
  }
}

/**
 * Processor time of a process so far, user and system, in microseconds; NaN where the system does not tell.
 *
 * @param {number} pid
 */
export function cpuUsOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * TICK_US;
  } catch {
    return Number.NaN;
  }
}

/** @returns {Promise<number>} */
export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  return address.port;
}
