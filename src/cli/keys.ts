import type { Command } from 'commander';
import { SCOPES } from '../service-key/scope.js';
import { wrongUsage } from './command-failure.js';
import { addLeaf, type Answer, type Runner, type Work } from './leaf.js';
import { instantOption, listOption } from './option-parts.js';
import { counted, factsOf, instant, tableOf } from './table.js';

/** A service key as the API shows it. */
interface Key {
  id: string;
  name: string;
  scopes: string[];
  applicationId: string | null;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  key?: string;
}

interface NewKey {
  scope: string[];
  application?: string;
  all?: boolean;
  expires?: string;
}

const LISTED = '/admin/service-keys';

/** `keys create|list|end`: what services show. */
export function addKeys(program: Command, run: Runner): void {
  const keys = program.command('keys').description('keys of services: make, list, end');
  addLeaf<NewKey>(keys, run, {
    name: 'create <name>',
    summary: 'make a service key; it is shown once',
    examples: [
      'keys create Gateway --scope introspect',
      'keys create Backup --scope sessions,audit --expires 90d --all',
    ],
    options: (command) =>
      command
        .addOption(listOption('--scope <scopes>', 'what it opens', SCOPES).makeOptionMandatory())
        .option('--application <id>', 'for this application; left out, the first one')
        .option('--all', 'for all applications')
        .addOption(instantOption('--expires <when>', 'dead from then on: 90d, or an instant', 'ahead')),
    makesLasting: true,
    deed: createKey,
  });
  addLeaf(keys, run, {
    name: 'list',
    summary: 'the service keys, newest first',
    examples: ['keys list'],
    deed: listKeys,
  });
  addLeaf(keys, run, {
    name: 'end <id>',
    summary: 'end a service key: from the next request on it opens nothing',
    examples: ['keys end 019aa3f2-9e3a-7f5c-8d3b-4b6c7d8e9fa0'],
    deed: endKey,
  });
}

async function createKey({ args: [name], options, api }: Work<NewKey>): Promise<Answer> {
  const { scope: scopes, application, all, expires } = options;
  if (all && application !== undefined) throw wrongUsage('--all and --application: take one of them.');
  const applicationId = all ? null : application;
  const body = { name, scopes, applicationId, expiresAt: expires ?? null };
  const made = await (await api()).ask<Key>('POST', LISTED, { body });
  const { id, key, expiresAt } = made;
  const facts = factsOf({ id, scopes: scopes.join(' '), application: made.applicationId ?? 'all', expires: expiresAt });
  return { json: made, text: `${facts}\nShown once, and never again:\n  ${key}\n` };
}

async function listKeys({ api }: Work): Promise<Answer> {
  const serviceKeys: Key[] = [];
  for await (const key of (await api()).pages<Key>(LISTED, 'serviceKeys', {})) serviceKeys.push(key);
  const columns = {
    id: ({ id }: Key) => id,
    name: ({ name }: Key) => name,
    scopes: ({ scopes }: Key) => scopes.join(' '),
    application: ({ applicationId }: Key) => applicationId ?? 'all',
    expires: ({ expiresAt }: Key) => instant(expiresAt) ?? 'never',
    'last used': ({ lastUsedAt }: Key) => instant(lastUsedAt),
  };
  return { json: { serviceKeys }, text: `${tableOf(columns, serviceKeys)}${counted(serviceKeys.length, 'key')}\n` };
}

async function endKey({ args: [id], api }: Work): Promise<Answer> {
  await (await api()).ask('DELETE', `${LISTED}/${encodeURIComponent(id!)}`);
  return { json: { id, ended: true }, text: `Ended ${id}.\n` };
}
