import { setTimeout as pause } from 'node:timers/promises';
import { CommandFailure, EXIT, interrupted } from './command-failure.js';
import type { Work } from './leaf.js';
import { Refusal } from './refusal.js';

/** A long deed of the server, as far as it has come. */
export interface Job {
  id: string;
  kind: string;
  status: 'running' | 'stopped' | 'done' | 'failed';
  reason: string;
  done: number;
  total: number;
  secondsLeft: number | null;
  startedAt: string;
  fault?: string | null;
}

const STEP_MS = 300;
/** So long may a server be away that is restarted, or its database, before a command looks no longer. */
const PATIENCE_MS = 60_000;
const PASSING = new Set(['STORE_UNAVAILABLE', 'OVERLOADED', 'INTERNAL', 'UNKNOWN']);

/** Shows how far a job is until it is done. Ctrl-C stops it, and says what was done until then. Throws CommandFailure. */
export async function followJob(work: Work, started: Job): Promise<Job> {
  const { terminal, signal } = work;
  const bar = terminal.progress('sessions', started.total);
  let [job, seenAt] = [started, performance.now()];
  try {
    while (job.status === 'running' && !signal.aborted) {
      await pause(STEP_MS, undefined, { signal }).catch(() => {});
      const seen = await look(work, job, performance.now() - seenAt);
      if (!seen) continue;
      [job, seenAt] = [seen, performance.now()];
      bar.reach(job.done, job.total);
    }
    if (job.status === 'running') job = await stop(work, job);
  } finally {
    bar.end();
  }
  return ended(job, signal);
}

/** Undefined where Ctrl-C came, and where the server is away for a moment. */
async function look({ api, signal }: Work, { id }: Job, silentMs: number): Promise<Job | undefined> {
  if (signal.aborted) return undefined;
  try {
    return await (await api()).ask<Job>('GET', `/admin/jobs/${id}`);
  } catch (error) {
    if (signal.aborted || (isPassing(error) && silentMs < PATIENCE_MS)) return undefined;
    throw outOfSight(error, id);
  }
}

async function stop({ api }: Work, { id }: Job): Promise<Job> {
  try {
    return await (await api()).ask<Job>('POST', `/admin/jobs/${id}/stop`, { body: {} });
  } catch (error) {
    throw outOfSight(error, id);
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof Refusal ? PASSING.has(error.code) : error instanceof CommandFailure;
}

// The server needs nobody who looks on.
function outOfSight(error: unknown, id: string): unknown {
  if (!(error instanceof CommandFailure)) return error;
  return new CommandFailure(
    `${error.message} The job ${id} goes on all the same: see \`curfew jobs list\`, and stop it by \`curfew jobs stop\`.`,
    error.exitCode,
  );
}

function ended(job: Job, signal: AbortSignal): Job {
  if (job.status === 'done') return job;
  const [done, total] = [job.done, job.total].map((count) => count.toLocaleString('en-US'));
  if (signal.aborted) throw interrupted(`Stopped: ${done} of ${total} sessions ended, the others live on.`);
  const fault = job.fault ? ` (${job.fault})` : '';
  throw new CommandFailure(
    `The job ${job.id} is ${job.status}${fault}: ${done} of ${total} sessions ended. Run it again.`,
    EXIT.failed,
  );
}
