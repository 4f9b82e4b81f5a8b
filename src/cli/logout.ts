import type { Command } from 'commander';
import { CommandFailure, wrongUsage } from './command-failure.js';
import { findUser } from './known-user.js';
import { addLeaf, type Answer, type Runner, type Work } from './leaf.js';
import { printable } from './printable.js';
import { isConfirmed } from './questions.js';
import { counted } from './table.js';

interface Whom {
  user?: string;
  application?: string;
  everyone?: boolean;
  reason?: string;
  yes?: boolean;
}

/** `logout --user|--application|--everyone`: effective when it has been answered. */
export function addLogout(program: Command, run: Runner): void {
  addLeaf<Whom>(program, run, {
    name: 'logout',
    summary: 'log a user out everywhere, everyone of an application, or everyone; at once',
    examples: [
      'logout --user alice@example.org --reason "Lost phone"',
      'logout --application 019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f --reason "Stolen laptop"',
      'logout --everyone --reason "Incident 42"',
    ],
    options: (command) =>
      command
        .option('--user <user>', 'this user, by name or id; with --application, of that application')
        .option('--application <id>', 'everyone of this application')
        .option('--everyone', 'everyone of all applications')
        .option('--reason <text>', 'why; it is kept with what was ended')
        .option('--yes', 'do not ask'),
    deed: logOut,
  });
}

async function logOut(work: Work<Whom>): Promise<Answer> {
  const { user, application, everyone = false, reason } = work.options;
  if (everyone ? (user ?? application) !== undefined : (user ?? application) === undefined)
    throw wrongUsage('Say whom: --user, --application or --everyone.');
  if (user !== undefined) return logOutUser(work, user);
  if (reason === undefined) throw wrongUsage('--reason is needed: it is kept with what was ended.');
  return everyone ? logOutEveryone(work, reason) : logOutApplication(work, application!, reason);
}

async function logOutUser({ options, api }: Work<Whom>, named: string): Promise<Answer> {
  const { application, reason } = options;
  const { id, username, applicationId } = await findUser(await api(), named, application);
  const query = { applicationId, reason };
  const ended = await (
    await api()
  ).ask<{ ended?: number } | undefined>('DELETE', `/admin/users/${id}/sessions`, { query });
  const count = ended?.ended;
  const what = count === undefined ? 'All sessions' : counted(count, 'session');
  return { json: { userId: id, username, ...ended }, text: `${what} of ${printable(username)} ended.\n` };
}

async function logOutApplication(work: Work<Whom>, id: string, reason: string): Promise<Answer> {
  const path = `/admin/applications/${encodeURIComponent(id)}`;
  const { name } = await (await work.api()).ask<{ name: string }>('GET', path);
  await confirm(work, `Log out everyone of ${printable(name)}?`);
  const ended = await (await work.api()).ask<{ endedAt: string }>('POST', `${path}/sessions/end`, { body: { reason } });
  return {
    json: ended,
    text: `Everyone of ${printable(name)} is logged out: sessions up to ${ended.endedAt} are dead.\n`,
  };
}

async function logOutEveryone(work: Work<Whom>, reason: string): Promise<Answer> {
  await confirm(work, 'Log out everyone, of all applications?');
  const ended = await (
    await work.api()
  ).ask<{ endedAt: string }>('POST', '/admin/sessions/end-all', { body: { reason } });
  return { json: ended, text: `Everyone is logged out: sessions up to ${ended.endedAt} are dead.\n` };
}

async function confirm(work: Work<Whom>, question: string): Promise<void> {
  if (work.options.yes || (await isConfirmed(work, question))) return;
  throw new CommandFailure('Not confirmed (say y, or add --yes): nothing was ended.');
}
