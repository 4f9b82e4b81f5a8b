import { Option, type Command } from 'commander';
import { OUTCOMES } from '../audit/noted-act.js';
import { exportList, exportType, type ExportOptions } from './exporting.js';
import { findUser } from './known-user.js';
import type { Answer, Work } from './leaf.js';
import { countOption, instantOption } from './option-parts.js';
import { instant, shown, tableOf } from './table.js';

/** Which rows of the audit log are asked for. */
export interface AuditQuestion extends ExportOptions {
  act?: string;
  outcome?: string;
  code?: string;
  user?: string;
  application?: string;
  address?: string;
  from?: string;
  to?: string;
  limit?: number;
}

interface Entry {
  occurredAt: string;
  act: string;
  outcome: string;
  code: string | null;
  userId: string | null;
  keyId: string | null;
  login: string | null;
  targetType: string | null;
  targetId: string | null;
  address: string | null;
}

const PATH = '/admin/audit';
const COLUMNS = {
  when: ({ occurredAt }: Entry) => instant(occurredAt),
  act: ({ act }: Entry) => act,
  outcome: ({ outcome, code }: Entry) => wordsOf(outcome, code),
  who: ({ login, userId, keyId }: Entry) =>
    login ?? wordsOf(userId && 'user', userId) ?? wordsOf(keyId && 'key', keyId),
  target: ({ targetType, targetId }: Entry) => wordsOf(targetType, targetId),
  address: ({ address }: Entry) => address,
};

/** Adds the options of a question to the log: all that are given must hold. */
export function auditOptions(command: Command): Command {
  return command
    .option('--act <name>', 'what was done, such as login or users.change')
    .addOption(new Option('--outcome <outcome>', 'how it ended').choices([...OUTCOMES]))
    .option('--code <code>', 'why it was refused, such as CREDENTIALS_REJECTED')
    .option('--user <user>', 'what this user did, by name or id; of sessions, whose it was')
    .option('--application <id>', 'what was done in this application')
    .option('--address <address>', 'from this address or range, such as 203.0.113.0/24')
    .addOption(instantOption('--from <when>', 'then or later: an instant, or 12h ago', 'ago'))
    .addOption(instantOption('--to <when>', 'earlier than that', 'ago'))
    .addOption(countOption('--limit <count>', 'at most so many', 50))
    .option('--csv', 'all of them as CSV')
    .option('--ndjson', 'all of them, a JSON document a line');
}

/** Who did what, from where, when, and how it ended; newest first. */
export async function listAudit(work: Work<AuditQuestion>): Promise<Answer | number> {
  const { options, api } = work;
  const { act, outcome, code, user, application: applicationId, address, from, to, limit } = options;
  const userId = user === undefined ? undefined : (await findUser(await api(), user, applicationId)).id;
  const query = { act, outcome, code, userId, applicationId, address, from, to };
  const type = exportType(options);
  if (type !== undefined) return exportList(work, await api(), PATH, query, type);
  const { things: entries, hasMore } = await (await api()).list<Entry>(PATH, 'entries', query, limit);
  const text = `${tableOf(COLUMNS, entries)}${shown(entries.length, 'row', hasMore)}\n`;
  return { json: { entries, hasMore }, text };
}

function wordsOf(...words: (string | null)[]): string | null {
  return words.filter(Boolean).join(' ') || null;
}
