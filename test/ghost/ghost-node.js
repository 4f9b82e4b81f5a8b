/** A node of the cluster: a server in a process of its own that dies, stands still and comes back under the same address. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SERVER } from '../bench/built.js';
import { now } from './clock.js';

const PLANT = join(import.meta.dirname, '../defects/plant.js');
const START_MS = 90_000;
/** Starts in a row that may fail. */
const ATTEMPTS = 5;
const LAST_LINES = 12;
const PROBE_MS = 1_000;
/** The promise is 15 s; whoever takes twice as long is ended. */
const STOP_MS = 30_000;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
// Whoever could not be stopped in good order, as when a run breaks off, does not outlive it.
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/**
 * @typedef {object} Place
 * @property {number} place
 * @property {string} host
 * @property {number} port
 * @property {NodeJS.ProcessEnv} environment
 * @property {string} logFolder
 * @property {import('./node-network.js').NodeNetwork | undefined} network Its own, where the machine allows.
 * @property {string | undefined} defect The name of the one that is planted into its process.
 */

export class GhostNode {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  child;
  /** Answered as ready since it was started last, and was not ended since. */
  isUp = false;
  isAskedToEnd = false;
  /** How often it gave up while it started. */
  failedStarts = 0;
  /**
   * Ends that nobody asked for, each with the last lines of its log.
   *
   * @type {{ at: number, exitCode: number | null, signal: NodeJS.Signals | null, words: string }[]}
   */
  deaths = [];

  /** @param {Place} where */
  constructor(where) {
    this.where = where;
    this.place = where.place;
    this.network = where.network;
    this.logFile = join(where.logFolder, `node-${where.place}.log`);
    /** The same over all restarts. */
    this.origin = `http://${where.host}:${where.port}`;
  }

  /**
   * Returns once it is ready. One that gives up while it starts is started again, as whoever runs servers does. `clock` are
   * variables that make it believe in another time.
   *
   * @param {NodeJS.ProcessEnv} [clock]
   */
  async boot(clock = {}) {
    const until = now() + START_MS;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const child = this.launch(clock);
      if (await this.becomesReady(child, until)) return;
      // Whoever was killed is to stay down.
      if (child.exitCode === null) break;
      this.failedStarts++;
    }
    throw new Error(`Node ${this.place} did not serve within ${START_MS / 1_000} s:\n${this.lastWords()}`);
  }

  /** @param {NodeJS.ProcessEnv} clock */
  launch(clock) {
    const { environment, defect, logFolder } = this.where;
    const planting = defect === undefined ? [] : ['--import', PLANT];
    const [program, ...words] = [...(this.network?.prefix ?? []), process.execPath, ...planting, SERVER];
    const planted = defect === undefined ? {} : { PLANTED_DEFECT: defect };
    const log = openSync(this.logFile, 'a');
    // A group of its own: Ctrl-C in a terminal reaches the run alone, which stops the nodes.
    const options = { detached: true, cwd: logFolder, env: { ...environment, ...planted, ...clock } };
    const child = spawn(program, words, { ...options, stdio: ['ignore', log, log] });
    closeSync(log);
    running.add(child);
    child.once('exit', (exitCode, signal) => {
      running.delete(child);
      if (this.child === child) this.noteEnd(exitCode, signal);
    });
    this.child = child;
    this.isAskedToEnd = false;
    return child;
  }

  /**
   * @param {number | null} exitCode
   * @param {NodeJS.Signals | null} signal
   */
  noteEnd(exitCode, signal) {
    if (this.isUp && !this.isAskedToEnd) this.deaths.push({ at: now(), exitCode, signal, words: this.lastWords() });
    this.isUp = false;
  }

  lastWords() {
    return readFileSync(this.logFile, 'utf8').trim().split('\n').slice(-LAST_LINES).join('\n');
  }

  /** As when the machine dies: nothing is finished, and nobody is told. */
  async kill() {
    await this.end('SIGKILL', STOP_MS);
  }

  /**
   * In good order, as at every release: what it exited with (null: it had to be killed), when, and how long that took.
   *
   * @returns {Promise<{ exitCode: number | null, exitedAt: number, tookMs: number }>}
   */
  async stop() {
    const from = now();
    const exitCode = await this.end('SIGTERM', STOP_MS);
    return { exitCode, exitedAt: now(), tookMs: now() - from };
  }

  /** It stands still, and answers nobody; its connections stay. */
  freeze() {
    this.child?.kill('SIGSTOP');
  }

  thaw() {
    this.child?.kill('SIGCONT');
  }

  /**
   * @param {NodeJS.Signals} signal
   * @param {number} patienceMs
   */
  async end(signal, patienceMs) {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    this.isAskedToEnd = true;
    const ended = once(child, 'exit');
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    const [exitCode] = /** @type {[number | null]} */ (await ended);
    clearTimeout(late);
    this.isUp = false;
    return exitCode;
  }

  /**
   * False where it ended, or is too late.
   *
   * @param {import('node:child_process').ChildProcess} child
   * @param {number} until
   */
  async becomesReady(child, until) {
    for (; now() < until; await pause(30)) {
      if (child.exitCode !== null || child.signalCode !== null) return false;
      this.isUp = await this.isReady();
      if (this.isUp) return true;
    }
    return false;
  }

  /** Asked on a connection of its own: those that are kept may belong to the process that is gone. */
  isReady() {
    return new Promise((/** @type {(isReady: boolean) => void} */ resolve) => {
      const asking = request(`${this.origin}/health/ready`, { agent: false, timeout: PROBE_MS }, (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      });
      asking.on('timeout', () => asking.destroy());
      asking.on('error', () => resolve(false)).end();
    });
  }
}
