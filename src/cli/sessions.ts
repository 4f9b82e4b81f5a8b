import type { Command } from 'commander';
import { exportList, exportType, type ExportOptions } from './exporting.js';
import { SESSION_COLUMNS, type Session } from './known-session.js';
import { addLeaf, type Answer, type Runner, type Work } from './leaf.js';
import { countOption } from './option-parts.js';
import { filterOf, filterOptions, type FilterOptions } from './session-filter-options.js';
import { endSessions } from './session-ending.js';
import { counted, tableOf } from './table.js';

type Listed = FilterOptions & ExportOptions & { limit?: number; exact?: boolean };
type Total = { count: number; isExact: boolean } | null;

/** `sessions list|end`. */
export function addSessions(program: Command, run: Runner): void {
  const sessions = program.command('sessions').description('who is in: list, end');
  addLeaf<Listed>(sessions, run, {
    name: 'list',
    summary: 'the live sessions, newest first',
    examples: [
      'sessions list --user alice@example.org',
      'sessions list --address 203.0.113.0/24 --last-seen-after 1h',
      'sessions list --csv > sessions.csv',
    ],
    options: (command) =>
      filterOptions(command)
        .addOption(countOption('--limit <count>', 'at most so many', 50))
        .option('--exact', 'count them all, instead of an estimate')
        .option('--csv', 'all of them as CSV')
        .option('--ndjson', 'all of them, a JSON document a line'),
    deed: listSessions,
  });
  addLeaf(sessions, run, {
    name: 'end',
    summary: 'end the sessions that a filter names: shows them first, then asks',
    examples: [
      'sessions end --address 203.0.113.0/24 --reason "Incident 42"',
      'sessions end --idle-longer-than 7d --reason Cleanup --yes',
      'sessions end --user alice@example.org --dry-run',
      'sessions end --user alice@example.org --session 019aa3f2-8d2f-7e4b-8c2a-3a5b6c7d8e9f',
    ],
    options: (command) =>
      filterOptions(command)
        .option('--session <id>', 'this one alone; goes with --user')
        .option('--reason <text>', 'why; it is kept with each ending')
        .option('--dry-run', 'only show what would end')
        .option('--yes', 'do not ask'),
    deed: endSessions,
  });
}

async function listSessions(work: Work<Listed>): Promise<Answer | number> {
  const { options, api } = work;
  const filter = await filterOf(options, await api());
  const type = exportType(options);
  if (type !== undefined) return exportList(work, await api(), '/admin/sessions', filter, type);
  const query = { ...filter, total: options.exact ? 'exact' : 'estimate' };
  const found = await (await api()).list<Session>('/admin/sessions', 'sessions', query, options.limit);
  const { things: sessions, hasMore, first } = found;
  const total = first['total'] as Total;
  return {
    json: { sessions, total, hasMore },
    text: `${tableOf(SESSION_COLUMNS, sessions)}${numberOf(sessions.length, total, hasMore)}\n`,
  };
}

/** An estimate is told only where there are more, and never as less than what is seen. */
function numberOf(listed: number, total: Total, hasMore: boolean): string {
  if (!total || (!total.isExact && !hasMore)) return counted(listed, 'session');
  const count = total.isExact ? total.count : Math.max(total.count, listed + 1);
  return `${listed.toLocaleString('en-US')} of ${total.isExact ? '' : 'about '}${counted(count, 'session')}`;
}
