import type { Command } from 'commander';
import { originOf } from './connection.js';
import { bad, type Finding, type Level } from './doctor/finding.js';
import { checkCertificate, checkOrigin, checkReadiness } from './doctor/web-checks.js';
import { addLeaf, type Answer, type Runner, type Work } from './leaf.js';
import { openOwnDatabase, settings, type OwnDatabase } from './own-database.js';
import { counted } from './table.js';

const SIGNS = { ok: ['✓', 'green'], warning: ['!', 'yellow'], bad: ['✗', 'red'] } as const satisfies Record<
  Level,
  unknown
>;

/** `doctor`: looks at everything, changes nothing; exit code 1 where something needs mending. */
export function addDoctor(program: Command, run: Runner): void {
  addLeaf<{ url?: string }>(program, run, {
    name: 'doctor',
    summary: 'look at settings, database, server and keys; changes nothing',
    examples: ['doctor', 'doctor --json', 'doctor --url https://sessions.example.org'],
    options: (command) => command.option('--url <origin>', 'where the server answers; left out, BASE_URL'),
    isLocal: true,
    deed: examine,
  });
}

async function examine({ options, environment, terminal }: Work<{ url?: string }>): Promise<Answer> {
  const known = settings();
  const asked = options.url ?? environment.url;
  const origin = asked === undefined ? known.BASE_URL : originOf(asked);
  const web = [...checkOrigin(known), ...(await checkReadiness(origin)), ...(await checkCertificate(origin))];
  const findings = [...(await databaseFindings()), ...web];
  const count = (level: Level): number => findings.filter((finding) => finding.level === level).length;
  const lines = findings.map(({ level, detail, advice }) => {
    const [sign, colour] = SIGNS[level];
    return `${terminal.coloured(sign, colour)} ${detail}${advice ? ` ${advice}` : ''}\n`;
  });
  const summary = `${counted(count('bad'), 'fault')}, ${counted(count('warning'), 'warning')}\n`;
  const json = { faults: count('bad'), warnings: count('warning'), findings };
  return { json, text: `${lines.join('')}\n${summary}`, exitCode: count('bad') > 0 ? 1 : 0 };
}

async function databaseFindings(): Promise<Finding[]> {
  let database: OwnDatabase | undefined;
  try {
    database = await openOwnDatabase('refuse');
    const { checkDatabase } = await import('./doctor/database-visit.js');
    return await checkDatabase(database.url);
  } catch (error) {
    return [bad('database', (error as Error).message, 'Nothing else could be asked of it.')];
  } finally {
    await database?.leave();
  }
}
