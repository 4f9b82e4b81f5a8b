import { CommandFailure, wrongUsage } from './command-failure.js';
import { followJob, type Job } from './job-following.js';
import { findUser } from './known-user.js';
import type { Answer, Work } from './leaf.js';
import { printable } from './printable.js';
import { isConfirmed } from './questions.js';
import { Refusal } from './refusal.js';
import { filterOf, type Filter, type FilterOptions } from './session-filter-options.js';
import { counted, instant, tableOf, type Columns } from './table.js';

type Asked = FilterOptions & { session?: string; reason?: string; dryRun?: boolean; yes?: boolean };

interface Sample {
  id: string;
  username: string;
  contract: string;
  createdAt: string;
  lastSeenAt: string;
  address: string | null;
}

interface DryRun {
  count: number;
  users: number;
  includesOwnSession: boolean;
  sample: Sample[];
  confirmation: string;
  confirmationExpiresAt: string;
}

const COLUMNS: Columns<Sample> = {
  id: ({ id }) => id,
  user: ({ username }) => username,
  contract: ({ contract }) => contract,
  address: ({ address }) => address,
  started: ({ createdAt }) => instant(createdAt),
  'last seen': ({ lastSeenAt }) => instant(lastSeenAt),
};

const PATH = '/admin/sessions/end';
const BESIDE_SESSION = new Set(['session', 'user', 'application', 'reason', 'yes', 'json', 'url', 'keyFile']);

/** Shows what a filter means now, asks, and ends exactly that; what started since stays. */
export async function endSessions(work: Work<Asked>): Promise<Answer> {
  const { options, api } = work;
  if (options.session !== undefined) return endOne(work, options.session);
  const filter = await filterOf(options, await api());
  if (Object.values(filter).every((value) => value === undefined))
    throw wrongUsage('Say which: an option such as --address or --user. For everyone: curfew logout --everyone.');
  if (!options.dryRun && options.reason === undefined)
    throw wrongUsage('--reason is needed: it is kept with each ending. (--dry-run needs none.)');
  const dryRun = await (await api()).ask<DryRun>('POST', PATH, { body: { filter, dryRun: true } });
  const { confirmation: _, confirmationExpiresAt: __, ...shown } = dryRun;
  const what = `${counted(dryRun.count, 'session')} of ${counted(dryRun.users, 'user')}`;
  if (options.dryRun) return { json: shown, text: `${sampleOf(dryRun)}${what} would end.\n` };
  if (dryRun.count === 0) return { json: { ended: 0 }, text: 'No session fits: nothing was ended.\n' };
  await confirm(work, dryRun, what);
  return end(work, filter, dryRun);
}

async function endOne({ options, api }: Work<Asked>, id: string): Promise<Answer> {
  const { user: named, application, reason } = options;
  if (named === undefined) throw wrongUsage('--session goes with --user: whose session is it?');
  if (Object.keys(options).some((name) => !BESIDE_SESSION.has(name)))
    throw wrongUsage('--session ends this one session: no --dry-run and no other filter goes with it.');
  const { id: userId, username, applicationId } = await findUser(await api(), named, application);
  const path = `/admin/users/${userId}/sessions/${encodeURIComponent(id)}`;
  await (await api()).ask('DELETE', path, { query: { applicationId, reason } });
  return { json: { userId, sessionId: id, ended: 1 }, text: `The session ${id} of ${printable(username)} ended.\n` };
}

function sampleOf({ sample, count, includesOwnSession }: DryRun): string {
  const more = count > sample.length ? `… and ${(count - sample.length).toLocaleString('en-US')} more\n` : '';
  return `${tableOf(COLUMNS, sample)}${more}${includesOwnSession ? 'Your own session is among them.\n' : ''}`;
}

async function confirm(work: Work<Asked>, dryRun: DryRun, what: string): Promise<void> {
  work.terminal.note(sampleOf(dryRun).trimEnd());
  if (work.options.yes || (await isConfirmed(work, `End ${what}?`))) return;
  throw new CommandFailure('Not confirmed (say y, or add --yes): nothing was ended.');
}

/** Little is done with the answer, much becomes a job that is followed to its end. */
async function end(work: Work<Asked>, filter: Filter, { confirmation }: DryRun): Promise<Answer> {
  const body = { filter, confirmation, reason: work.options.reason };
  const api = await work.api();
  const answer = await api.ask<{ ended: number } | Job>('POST', PATH, { body }).catch((error: unknown) => {
    throw unsure(error);
  });
  if ('ended' in answer) return { json: answer, text: `${counted(answer.ended, 'session')} ended.\n` };
  const job = await followJob(work, answer);
  return { json: { ended: job.done, job }, text: `${counted(job.done, 'session')} ended.\n` };
}

/** Where no answer came, nobody knows whether the server has begun. */
function unsure(error: unknown): unknown {
  if (!(error instanceof CommandFailure) || (error instanceof Refusal && error.code !== 'STORE_UNAVAILABLE'))
    return error;
  return new CommandFailure(`${error.message} It may have begun all the same: see \`curfew jobs list\`.`);
}
