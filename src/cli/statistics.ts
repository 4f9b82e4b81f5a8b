import { Option, type Command } from 'commander';
import { exportList } from './exporting.js';
import { addLeaf, type Answer, type Runner, type Work } from './leaf.js';
import { instantOption } from './option-parts.js';
import { counted, instant, tableOf } from './table.js';

interface Asked {
  application?: string;
  from?: string;
  to?: string;
  chart?: string;
}

interface Count {
  name: string;
  count: number;
}
interface Statistics {
  from: string;
  to: string;
  live: { count: number; isEstimate: boolean; byContract: Count[]; byRole: Count[]; byAge: Count[] };
  hours: { logins: number; refusals: Count[]; endings: Count[] }[];
  busiestUsers: { username: string; sessions: number }[];
  mostLogins: { since: string; users: { username: string; logins: number }[] };
}

const PATH = '/admin/statistics';
const CHARTS = ['logins', 'refusals', 'endings', 'live'];

/** `statistics`: how many are in, come and go. */
export function addStatistics(program: Command, run: Runner): void {
  addLeaf<Asked>(program, run, {
    name: 'statistics',
    summary: 'how many are in; logins, refusals and endings of a span; the busiest users',
    examples: ['statistics', 'statistics --from 7d --json', 'statistics --from 7d --chart endings > endings.svg'],
    options: (command) =>
      command
        .option('--application <id>', 'of one application; left out, of all')
        .addOption(instantOption('--from <when>', 'the span begins here; left out, a day before its end', 'ago'))
        .addOption(instantOption('--to <when>', 'and ends here; left out, now', 'ago'))
        .addOption(new Option('--chart <name>', 'draw this instead, as SVG').choices(CHARTS)),
    deed: tellStatistics,
  });
}

async function tellStatistics(work: Work<Asked>): Promise<Answer | number> {
  const { application: applicationId, from, to, chart } = work.options;
  const query = { applicationId, from, to, chart };
  const api = await work.api();
  if (chart !== undefined) return exportList(work, api, PATH, query, 'image/svg+xml');
  const found = await api.ask<Statistics>('GET', PATH, { query });
  return { json: found, text: `${headOf(found)}\n${countsOf(found)}${busiestOf(found)}${mostLoginsOf(found)}` };
}

function headOf({ live, hours, from, to }: Statistics): string {
  const logins = hours.reduce((sum, hour) => sum + hour.logins, 0);
  const about = live.isEstimate ? 'About ' : '';
  return `${about}${counted(live.count, 'live session')}; ${counted(logins, 'login')} from ${instant(from)} to ${instant(to)}.\n`;
}

/** Every count in one table: what it is about, which, how many. */
function countsOf({ live, hours }: Statistics): string {
  const rows = [
    ...named('live, by contract', live.byContract),
    ...named('live, by role', live.byRole),
    ...named('live, by age', live.byAge),
    ...named('refused logins', summed(hours.flatMap(({ refusals }) => refusals))),
    ...named('endings', summed(hours.flatMap(({ endings }) => endings))),
  ];
  if (rows.length === 0) return '';
  return tableOf({ what: ({ what }) => what, which: ({ name }) => name, count: ({ count }) => count }, rows);
}

function named(what: string, counts: readonly Count[]): (Count & { what: string })[] {
  return counts.filter(({ count }) => count > 0).map((count) => ({ what, ...count }));
}

function summed(counts: readonly Count[]): Count[] {
  const sums = new Map<string, number>();
  for (const { name, count } of counts) sums.set(name, (sums.get(name) ?? 0) + count);
  return [...sums].map(([name, count]) => ({ name, count })).toSorted((a, b) => b.count - a.count);
}

function busiestOf({ busiestUsers }: Statistics): string {
  if (busiestUsers.length === 0) return '';
  return `\n${tableOf({ 'busiest user': ({ username }) => username, sessions: ({ sessions }) => sessions }, busiestUsers)}`;
}

function mostLoginsOf({ mostLogins: { since, users } }: Statistics): string {
  if (users.length === 0) return '';
  const columns = {
    [`most logins since ${instant(since)}`]: ({ username }: { username: string }) => username,
    logins: ({ logins }: { logins: number }) => logins,
  };
  return `\n${tableOf(columns, users)}`;
}
