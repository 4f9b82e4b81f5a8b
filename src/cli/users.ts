import { Option, type Command } from 'commander';
import { findUser, type User } from './known-user.js';
import { addLeaf, type Answer, type Runner, type Work } from './leaf.js';
import { countOption, instantOption, listOption } from './option-parts.js';
import { counted, instant, tableOf } from './table.js';
import { addUser } from './user-adding.js';
import { addLinks } from './user-links.js';

interface Listed {
  application?: string;
  login?: string;
  prefix?: string;
  status?: string;
  role?: string;
  lastLoginBefore?: string;
  never?: boolean;
  limit?: number;
}

const APPLICATION = ['--application <id>', 'whose users; left out, the first application'] as const;

/** `users add|list|disable|enable|invite|reset|import`. */
export function addUsers(program: Command, run: Runner): void {
  const users = program.command('users').description('people: add, list, disable, import');
  addLeaf(users, run, {
    name: 'add <name>',
    summary: 'make a user; without a password, a link is printed by which they choose one',
    examples: [
      'users add alice@example.org',
      'users add root@example.org --role admin',
      'users add robot --password-stdin < password.txt',
    ],
    options: (command) =>
      command
        .option('--email <address>', 'one more name to log in with')
        .option('--display-name <name>', 'the name that others see')
        .addOption(listOption('--role <roles>', 'such as admin, auditor, support, or words of your own'))
        .option('--password', 'ask for the password; it is not shown while you type')
        .option('--password-stdin', 'read the password from the first line of stdin')
        .option(...APPLICATION),
    makesLasting: true,
    deed: addUser,
  });
  addLeaf<Listed>(users, run, {
    name: 'list',
    summary: 'the users, newest first',
    examples: [
      'users list',
      'users list --prefix ali --status active',
      'users list --role admin --last-login-before 90d',
    ],
    options: listOptions,
    deed: listUsers,
  });
  addStatus(users, run, 'disable', 'disabled', 'disable a user, by name or id; all of their sessions end at once');
  addStatus(users, run, 'enable', 'active', 'let a disabled user log in again');
  addLinks(users, run);
  addLeaf<{ application?: string }>(users, run, {
    name: 'import <file>',
    summary: 'bring users along, with their password hashes: a JSON document a line; - is stdin',
    examples: ['users import users.ndjson', 'gzip -dc users.ndjson.gz | curfew users import -'],
    options: (command) => command.option(...APPLICATION),
    makesLasting: true,
    deed: async (work) => (await import('./user-import.js')).importUsers(work),
  });
}

function listOptions(command: Command): Command {
  return command
    .option('--login <name>', 'only the one with exactly this sign-in name')
    .option('--prefix <text>', 'only those one of whose sign-in names begins so')
    .addOption(new Option('--status <status>', 'only those').choices(['active', 'disabled']))
    .option('--role <role>', 'only those who have it')
    .addOption(instantOption('--last-login-before <when>', 'only those whose last login lies behind that', 'ago'))
    .option('--never', 'only those who never logged in')
    .addOption(countOption('--limit <count>', 'at most so many', 1_000))
    .option(...APPLICATION);
}

async function listUsers({ options, api }: Work<Listed>): Promise<Answer> {
  const {
    application: applicationId,
    login,
    prefix: loginPrefix,
    status,
    role,
    lastLoginBefore,
    never,
    limit,
  } = options;
  const lastLogin = never ? { lastLogin: 'never' } : { lastLoginBefore };
  const query = { applicationId, login, loginPrefix, status, role, ...lastLogin };
  const users: User[] = [];
  for await (const user of (await api()).pages<User>('/admin/users', 'users', query, limit)) users.push(user);
  const columns = {
    id: ({ id }: User) => id,
    name: ({ username }: User) => username,
    status: ({ status: state }: User) => state,
    roles: ({ roles }: User) => roles.join(' ') || null,
    'last login': ({ lastLoginAt }: User) => instant(lastLoginAt),
  };
  return { json: { users }, text: `${tableOf(columns, users)}${counted(users.length, 'user')}\n` };
}

function addStatus(users: Command, run: Runner, name: string, status: User['status'], summary: string): void {
  addLeaf<{ application?: string }>(users, run, {
    name: `${name} <user>`,
    summary,
    examples: [`users ${name} alice@example.org`],
    options: (command) => command.option(...APPLICATION),
    makesLasting: status === 'active',
    deed: async ({ args: [named], options: { application }, api }) => {
      const { id, applicationId } = await findUser(await api(), named!, application);
      const ask = { query: { applicationId }, body: { status } };
      const user = await (await api()).ask<User>('PATCH', `/admin/users/${id}`, ask);
      const effect = status === 'disabled' ? 'disabled; all of their sessions have ended' : 'active again';
      return { json: user, text: `${user.username} is ${effect}.\n` };
    },
  });
}
