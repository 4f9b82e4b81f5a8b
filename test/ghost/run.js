/** One run from its cluster to its verdict. */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { whileTidy } from '../bench/interruption.js';
import { check } from './checker.js';
import { now } from './clock.js';
import { Cluster } from './cluster.js';
import { PATIENCE_MS } from './door.js';
import { secondsOf } from './evidence.js';
import { HistoryFile, HistoryWriter } from './history.js';
import { MENDED_MS } from './judge-healing.js';
import { Listeners } from './listeners.js';
import { Progress } from './progress.js';
import { Schedule } from './schedule.js';
import { Stage } from './stage.js';
import { lookAtAll, readEvents } from './verification.js';

/**
 * @typedef {object} Wanted
 * @property {number | undefined} [minutes] For how long faults strike. Mending and looking at everything once more come on top.
 * @property {string} [seed] Repeats the faults and their rests.
 * @property {import('./evidence.js').Least | undefined} [least] Goes on until it has seen so much, for twice its length at most.
 * @property {string[] | undefined} [kinds] These faults alone.
 * @property {number | undefined} [restSeconds] Before each fault, so that one is over when the next one strikes.
 * @property {string | undefined} [defect]
 * @property {NodeJS.ProcessEnv | undefined} [settings] Further variables of the nodes.
 * @property {boolean} [standby] The database has one, which can take over.
 * @property {readonly string[]} [stopAt] Looks at the history every few seconds, and ends with the first violation of one of these kinds.
 * @property {boolean} [quiet]
 * @property {string | undefined} [history] The file to keep; a temporary one otherwise, which stays only if something was found.
 */

/** Clients are at work before the first fault strikes. */
const WARM_MS = 1_500;
/** Clients go on for so long once all is mended and everything must be served again. */
const SERVED_MS = 5_000;
/** The run itself keeps so many processes busy for each processor; more is others' work, and takes time from it. */
const OWN_LOAD = 3;
const GLANCE_MS = 4_000;
/** A deed that began earlier has been answered, or given up, by now. */
const SETTLED_MS = PATIENCE_MS + 500;

/** @param {Wanted} [wanted] */
export async function run(wanted = {}) {
  const it = new GhostRun(wanted);
  return whileTidy(
    () => it.leave(),
    () => it.work(),
  );
}

export class GhostRun {
  over = new AbortController();
  /** The verdict that ended the run early. @type {import('./checker.js').Verdict | undefined} */
  early;
  faults = 0;
  /** How many times too much the machine has to do. */
  crowding = 1;
  /** @type {Promise<void> | undefined} */
  tidying;

  /** @param {Wanted} wanted */
  constructor({ minutes = 1.5, seed = randomBytes(4).toString('hex'), quiet = false, ...wanted }) {
    this.wanted = wanted;
    this.seed = seed;
    this.seconds = minutes * 60;
    this.file = wanted.history ?? join(tmpdir(), `curfew-ghost-${seed}-${process.pid}.ndjson`);
    /** Whether the history stays. */
    this.isKept = wanted.history !== undefined;
    this.writer = new HistoryWriter(this.file);
    this.progress = new Progress({ isQuiet: quiet, state: () => this.state() });
    this.schedule = new Schedule({ ...wanted, seed, seconds: this.seconds });
  }

  async work() {
    const { defect, settings, standby = false } = this.wanted;
    this.progress.say(`Seed ${this.seed}: ${this.seconds} s of faults${defect ? `, with the defect ${defect}` : ''}.`);
    this.starting = Cluster.start({ defect, settings, withStandby: standby });
    const cluster = await this.starting;
    const stage = await Stage.set(cluster, this.writer, this.seed);
    this.stage = stage;
    this.listeners = new Listeners(
      cluster.nodes.map(({ origin }) => origin),
      stage.world,
      (line) => this.writer.write(line),
    );
    await this.listeners.start();
    this.begunAt = now();
    this.writer.write({ of: 'phase', name: 'begin', at: this.begunAt, seed: this.seed });
    await this.endure(cluster, stage);
    if (!this.early) await this.conclude(cluster, stage);
    for (const { place, deaths } of cluster.nodes) for (const death of deaths) this.noteDeath(place, death);
    await this.tidy();
    return this.verdict();
  }

  /**
   * Clients at work, and faults among them.
   *
   * @param {Cluster} cluster
   * @param {Stage} stage
   */
  async endure(cluster, stage) {
    const working = stage.play(this.over.signal);
    working.catch(() => this.over.abort()); // Awaited below.
    const { stopAt } = this.wanted;
    const glancing = stopAt ? this.glance(stopAt) : Promise.resolve();
    await pause(WARM_MS);
    await this.schedule.strike(cluster, (struck) => this.note(struck), {
      isOver: () => this.over.signal.aborted,
      isEnough: () => this.hasSeen(stage, this.wanted.least),
    });
    const healed = now();
    const crowding = Math.max(1, (loadavg()[0] ?? 0) / (OWN_LOAD * availableParallelism()));
    this.crowding = crowding;
    this.writer.write({ of: 'phase', name: 'healed', at: healed, crowding });
    const until = healed + MENDED_MS * crowding + SERVED_MS;
    while (!this.over.signal.aborted && now() < until) await pause(50);
    this.over.abort();
    await Promise.all([working, glancing]);
  }

  /**
   * @param {Stage} stage
   * @param {import('./evidence.js').Least} [least]
   */
  hasSeen({ recorder }, { faults = 0, requests = 0 } = {}) {
    return this.faults >= faults && recorder.counts.requests >= requests;
  }

  /** @param {import('./schedule.js').Struck} struck */
  note(struck) {
    if (struck.skipped === undefined) this.faults++;
    else this.progress.say(`Not here: ${struck.kind}: ${struck.skipped}`);
    const { detail, ...rest } = struck;
    this.writer.write({ of: 'fault', ...rest, ...(detail && { detail: { ...detail } }) });
  }

  /**
   * A node that ends unasked is no fault of ours.
   *
   * @param {number} node
   * @param {{ at: number, exitCode: number | null, signal: NodeJS.Signals | null, words: string }} death
   */
  noteDeath(node, { at, exitCode, signal, words }) {
    this.writer.write({ of: 'death', node, at, words: `${signal ?? `exit code ${exitCode}`}: ${words}` });
  }

  /**
   * Ends the run early where there is something to see already.
   *
   * @param {readonly string[]} kinds
   */
  async glance(kinds) {
    while (!this.over.signal.aborted) {
      await pause(GLANCE_MS, undefined, { signal: this.over.signal }).catch(() => {});
      if (this.over.signal.aborted) return;
      const until = now() - SETTLED_MS;
      await this.writer.settle();
      const verdict = await check(new HistoryFile(this.file), { until });
      if (!kinds.some((kind) => verdict.found[kind])) continue;
      this.early = verdict;
      this.over.abort();
    }
  }

  /**
   * @param {Cluster} cluster
   * @param {Stage} stage
   */
  async conclude(cluster, stage) {
    this.progress.say('Mended. Every token is looked at once more.');
    this.writer.write({ of: 'phase', name: 'verify', at: now() });
    await lookAtAll(stage, stage.recorder.tokens);
    if (!this.listeners) return;
    await readEvents(cluster, this.listeners, stage.world, { crowding: this.crowding, recorder: stage.recorder });
    this.writer.write({ of: 'phase', name: 'end', at: now() });
  }

  async verdict() {
    const verdict = this.early ?? (await check(new HistoryFile(this.file)));
    this.isKept ||= verdict.violations.length > 0;
    return {
      ...verdict,
      seed: this.seed,
      seconds: secondsOf(verdict),
      isWhole: !this.early,
      history: this.isKept ? this.file : undefined,
      operations: verdict.counts.operations,
    };
  }

  /** Nothing is left behind but what somebody wants to see; may be asked twice. */
  async leave() {
    await this.tidy();
    if (!this.isKept) await rm(this.file, { force: true });
  }

  /** Nothing that was started outlives it; may be asked twice. */
  tidy() {
    this.tidying ??= this.end();
    return this.tidying;
  }

  async end() {
    this.over.abort();
    this.progress.end();
    await this.listeners?.stop();
    this.stage?.strike();
    const cluster = await this.starting?.catch(() => undefined);
    await cluster?.stop();
    await this.writer.close();
  }

  state() {
    if (this.begunAt === undefined || !this.stage) return 'Starting …';
    const { requests, unserved } = this.stage.recorder.counts;
    const seconds = (now() - this.begunAt) / 1_000;
    const tokens = this.stage.recorder.tokens.length;
    return `${seconds.toFixed(0)} s, ${requests} requests (${unserved} not served), ${tokens} tokens, ${this.faults} faults`;
  }
}
