import type { Command } from 'commander';
import type { Job } from './job-following.js';
import { addLeaf, type Answer, type Runner, type Work } from './leaf.js';
import { countOption } from './option-parts.js';
import { instant, shown, tableOf } from './table.js';

const COLUMNS = {
  id: ({ id }: Job) => id,
  kind: ({ kind }: Job) => kind,
  status: ({ status }: Job) => status,
  done: (job: Job) => doneOf(job),
  left: ({ secondsLeft }: Job) => (secondsLeft === null ? null : `${secondsLeft.toLocaleString('en-US')} s`),
  started: ({ startedAt }: Job) => instant(startedAt),
  reason: ({ reason }: Job) => reason,
};

/** `jobs list|stop`: what was confirmed and takes long; it goes on without the command that began it. */
export function addJobs(program: Command, run: Runner): void {
  const jobs = program.command('jobs').description('what takes long, such as ending many sessions: list, stop');
  addLeaf<{ limit?: number }>(jobs, run, {
    name: 'list',
    summary: 'the jobs and how far they are, newest first',
    examples: ['jobs list', 'jobs list --limit 1 --json'],
    options: (command) => command.addOption(countOption('--limit <count>', 'at most so many', 20)),
    deed: listJobs,
  });
  addLeaf(jobs, run, {
    name: 'stop <id>',
    summary: 'stop a job that ends sessions: nothing more is ended, and what has ended stays so',
    examples: ['jobs stop 019aa3f2-9e3f-7f5c-8d3b-4b6c7d8e9fa0'],
    deed: stopJob,
  });
}

async function listJobs({ options, api }: Work<{ limit?: number }>): Promise<Answer> {
  const { things: jobs, hasMore } = await (await api()).list<Job>('/admin/jobs', 'jobs', {}, options.limit);
  return { json: { jobs, hasMore }, text: `${tableOf(COLUMNS, jobs)}${shown(jobs.length, 'job', hasMore)}\n` };
}

async function stopJob({ args: [id], api }: Work): Promise<Answer> {
  const job = await (await api()).ask<Job>('POST', `/admin/jobs/${encodeURIComponent(id!)}/stop`, { body: {} });
  return { json: job, text: `The job ${job.id} is ${job.status}: ${doneOf(job)} done.\n` };
}

function doneOf({ done, total }: Job): string {
  return `${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')}`;
}
