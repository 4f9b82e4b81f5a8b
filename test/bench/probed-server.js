/** The built server, and what it says of its own memory. */
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { SERVER } from './built.js';
import { ServerProcess } from './server-process.js';

const PROBE = pathToFileURL(join(import.meta.dirname, 'memory-probe.js')).href;
const SAMPLES = 5;
const BETWEEN_SAMPLES_MS = 500;

export class ProbedServer {
  /**
   * @param {ServerProcess} server
   * @param {string} socketPath
   */
  constructor(server, socketPath) {
    this.server = server;
    this.socketPath = socketPath;
  }

  /**
   * @param {string} databaseUrl
   * @param {string} socketPath Where its probe listens.
   * @param {{ level: string, output: number | 'ignore' }} log
   */
  static async start(databaseUrl, socketPath, { level, output } = { level: 'warn', output: 'ignore' }) {
    const probe = { NODE_OPTIONS: `--import ${PROBE}`, MEMORY_PROBE: socketPath };
    const environment = { DATABASE_URL: databaseUrl, LOG_LEVEL: level, ...probe };
    return new ProbedServer(await ServerProcess.start(SERVER, environment, '/health/live', output), socketPath);
  }

  /** Bytes that the process has in memory now. */
  residentBytes() {
    const status = readFileSync(`/proc/${this.server.child.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
  }

  /** Bytes that live JavaScript objects keep: the least of some collections, since requests are always under way. */
  async keptBytes() {
    let least = Infinity;
    for (let sample = 0; sample < SAMPLES; sample++) {
      if (sample > 0) await pause(BETWEEN_SAMPLES_MS);
      const { heapUsed, external } = /** @type {NodeJS.MemoryUsage} */ (await this.ask('heap'));
      least = Math.min(least, heapUsed + external);
    }
    return least;
  }

  /** Files, sockets and pipes that the process has open now. */
  descriptors() {
    return readdirSync(`/proc/${this.server.child.pid}/fd`).length;
  }

  /** Statements that its connections to PostgreSQL keep prepared, all connections together. */
  async statements() {
    return Number(await this.ask('statements'));
  }

  /** Requests read and not answered. */
  async requests() {
    return Number(await this.ask('requests'));
  }

  async stop() {
    await this.server.stop();
  }

  /**
   * @param {'heap' | 'requests' | 'statements'} question
   * @returns {Promise<unknown>}
   */
  async ask(question) {
    const socket = connect(this.socketPath).setEncoding('utf8');
    let answer = '';
    socket.on('data', (/** @type {string} */ text) => (answer += text));
    socket.write(question);
    await once(socket, 'close');
    return JSON.parse(answer);
  }
}
