import type { Api } from './api.js';
import { CommandFailure, wrongUsage } from './command-failure.js';
import type { User } from './known-user.js';
import type { Answer, Work } from './leaf.js';
import { readSecret } from './questions.js';
import { Refusal } from './refusal.js';
import { factsOf } from './table.js';
import { makeLink, textOf, type Link } from './user-links.js';

interface NewUser {
  email?: string;
  displayName?: string;
  role?: string[];
  password?: boolean;
  passwordStdin?: boolean;
  application?: string;
}

/** Makes a user with a password that is typed or piped in, or else with a link for choosing one. */
export async function addUser(work: Work<NewUser>): Promise<Answer> {
  const { args, options, api } = work;
  const { email, displayName, role: roles, application: applicationId } = options;
  const password = await passwordOf(work);
  const body = { username: args[0], email, displayName, roles, password };
  const user = await (await api()).ask<User>('POST', '/admin/users', { query: { applicationId }, body });
  const facts = { id: user.id, name: user.username, roles: user.roles.join(' ') || undefined };
  if (password !== undefined) return { json: user, text: factsOf(facts) };
  const link = await inviteOf(await api(), user);
  return { json: { ...user, invite: link }, text: `${factsOf(facts)}\n${textOf(link)}` };
}

// The user is there by then: whoever runs the same again would be told that the name is taken.
async function inviteOf(api: Api, user: User): Promise<Link> {
  try {
    return await makeLink(api, user, 'invite');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { username, id } = user;
    throw new CommandFailure(`${username} was made, but got no link. ${error.message} Try: curfew users invite ${id}`);
  }
}

async function passwordOf(work: Work<NewUser>): Promise<string | undefined> {
  const { options, terminal } = work;
  const isTyped = Boolean(terminal.streams.stdin.isTTY);
  const { password: isAsked = false, passwordStdin: isPiped = false } = options;
  if (!isAsked && !isPiped) return undefined;
  if (isPiped && isTyped) throw wrongUsage('--password-stdin: pipe the password in, or take --password.');
  const password = await readSecret(work, 'Password: ');
  if (!password) throw wrongUsage('No password was given, and no user was made.');
  if (isPiped || !isTyped || (await readSecret(work, 'The same again: ')) === password) return password;
  throw new CommandFailure('The two passwords differ, and no user was made.');
}
