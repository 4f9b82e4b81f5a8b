import type { Command } from 'commander';
import { exportList, exportType, type ExportOptions } from './exporting.js';
import { findUser } from './known-user.js';
import { addLeaf, type Answer, type Runner, type Work } from './leaf.js';
import { countOption, instantOption } from './option-parts.js';
import { instant, shown, tableOf } from './table.js';

interface Asked extends ExportOptions {
  at?: string;
  from?: string;
  to?: string;
  user?: string;
  application?: string;
  contract?: string;
  address?: string;
  role?: string;
  cause?: string;
  limit?: number;
}

/** A session that lives, or lived. */
interface PastSession {
  userId: string;
  username: string | null;
  contract: string;
  address: string | null;
  createdAt: string;
  endedAt: string | null;
  cause: string | null;
  reason: string | null;
}

const COLUMNS = {
  user: ({ username, userId }: PastSession) => username ?? userId,
  contract: ({ contract }: PastSession) => contract,
  address: ({ address }: PastSession) => address,
  started: ({ createdAt }: PastSession) => instant(createdAt),
  ended: ({ endedAt }: PastSession) => instant(endedAt),
  cause: ({ cause }: PastSession) => cause,
  reason: ({ reason }: PastSession) => reason,
};

/** `history`: who was in then, and what ended them. */
export function addHistory(program: Command, run: Runner): void {
  addLeaf<Asked>(program, run, {
    name: 'history',
    summary: 'who was in at an instant or in a span, and what ended them; latest first',
    examples: [
      'history --address 203.0.113.0/24 --at 2026-11-20T14:05:00Z',
      'history --user alice@example.org --from 7d',
      'history --cause admin_filter --csv > ended.csv',
    ],
    options: (command) =>
      command
        .addOption(instantOption('--at <when>', 'in at this instant: 2026-11-20T14:05:00Z, or 2h ago', 'ago'))
        .addOption(instantOption('--from <when>', 'in for some time of a span that begins here', 'ago'))
        .addOption(instantOption('--to <when>', 'and ends here; left out, now', 'ago'))
        .option('--user <user>', 'of this user, by name or id')
        .option('--application <id>', 'of this application')
        .option('--contract <name>', 'native, or the name of a wire')
        .option('--address <address>', 'from this address or range')
        .option('--role <role>', 'of users who have this role now')
        .option('--cause <cause>', 'ended for this cause, such as logout, idle, admin_filter')
        .addOption(countOption('--limit <count>', 'at most so many', 50))
        .option('--csv', 'all of them as CSV')
        .option('--ndjson', 'all of them, a JSON document a line'),
    deed: tellHistory,
  });
}

async function tellHistory(work: Work<Asked>): Promise<Answer | number> {
  const { options, api } = work;
  const { at, from, to, user, application: applicationId, contract, address, role, cause, limit } = options;
  const userId = user === undefined ? undefined : (await findUser(await api(), user, applicationId)).id;
  const query = { at, from, to, userId, applicationId, contract, address, role, cause };
  const type = exportType(options);
  if (type !== undefined) return exportList(work, await api(), '/admin/history', query, type);
  const { things, hasMore, first } = await (await api()).list<PastSession>('/admin/history', 'sessions', query, limit);
  const knownSince = first['knownSince'] as string | null;
  const known = knownSince ? ` Endings are known since ${instant(knownSince)}.` : '';
  const text = `${tableOf(COLUMNS, things)}${shown(things.length, 'session', hasMore)}.${known}\n`;
  return { json: { sessions: things, knownSince, hasMore }, text };
}
