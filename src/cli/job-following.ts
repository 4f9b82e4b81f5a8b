import { setTimeout as pause } from 'node:timers/promises';
import type { Api } from './api.js';
import { CommandFailure, interrupted } from './command-failure.js';
import type { Work } from './leaf.js';

/** A long deed of the server, as far as it has come. */
export interface Job {
  id: string;
  status: 'running' | 'stopped' | 'done' | 'failed';
  done: number;
  total: number;
  fault?: string | null;
}

const STEP_MS = 300;

/** Shows how far a job is until it is done. Ctrl-C stops it, and says what was done until then. Throws CommandFailure. */
export async function followJob({ api, terminal, signal }: Work, started: Job): Promise<Job> {
  const bar = terminal.progress('sessions', started.total);
  let job = started;
  try {
    while (job.status === 'running' && !signal.aborted) {
      await pause(STEP_MS, undefined, { signal }).catch(() => {});
      job = await read(await api(), job.id, signal.aborted);
      bar.reach(job.done, job.total);
    }
  } finally {
    bar.end();
  }
  const [done, total] = [job.done, job.total].map((count) => count.toLocaleString('en-US'));
  if (job.status === 'done') return job;
  if (signal.aborted) throw interrupted(`Stopped: ${done} of ${total} sessions ended, the others live on.`);
  const fault = job.fault ? ` (${job.fault})` : '';
  throw new CommandFailure(
    `The job ${job.id} is ${job.status}${fault}: ${done} of ${total} sessions ended. Run it again.`,
  );
}

async function read(api: Api, id: string, isStopping: boolean): Promise<Job> {
  return isStopping
    ? api.ask<Job>('POST', `/admin/jobs/${id}/stop`, { body: {} })
    : api.ask<Job>('GET', `/admin/jobs/${id}`);
}
