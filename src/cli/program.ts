import { Command } from 'commander';
import { createRequire } from 'node:module';
import { addApplications } from './applications.js';
import { addAudit } from './auditing.js';
import { addCompletion } from './completion.js';
import { addHistory } from './history.js';
import { addJobs } from './jobs.js';
import { addKeys } from './keys.js';
import type { Runner } from './leaf.js';
import { addLogout } from './logout.js';
import { addServing } from './serving.js';
import { addStatistics } from './statistics.js';
import type { Streams } from './terminal.js';
import { addSessions } from './sessions.js';
import { addUsers } from './users.js';

const FIRST_STEPS = `
First steps:
  $ curfew start                          serve here, with a database that comes along
  $ curfew users add alice@example.org    make a user, and a link to choose a password
  $ curfew doctor                         is everything as it should be?

Commands work on the database of this machine, as the settings in this folder name it (DATABASE_URL, DATA_DIR, .env).
For a server elsewhere set CURFEW_URL and CURFEW_KEY, a service key: \`curfew keys create\` makes one.
Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 130 Ctrl-C. \`curfew help <command>\` has examples.`;

/** The tree of commands; `run` is called with the one that was asked for. */
export function programOf(run: Runner, { stdout, stderr }: Pick<Streams, 'stdout' | 'stderr'>): Command {
  const program = new Command('curfew')
    .description('Runs and administers a Curfew session server.')
    .version(version(), '-V, --version')
    .addHelpText('after', FIRST_STEPS)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => write(oneLine(text)),
    });
  addServing(program, run);
  addUsers(program, run);
  addSessions(program, run);
  addJobs(program, run);
  addHistory(program, run);
  addAudit(program, run);
  addStatistics(program, run);
  addLogout(program, run);
  addApplications(program, run);
  addKeys(program, run);
  addCompletion(program, run);
  return program;
}

/** Commander says it in two lines, and nothing of where to look. */
function oneLine(text: string): string {
  const words = text
    .trim()
    .replace(/^error: /, '')
    .replaceAll(/\s*\n\s*/g, ' ');
  return `curfew: ${words}${words.includes('help') ? '' : ' See: curfew help'}\n`;
}

function version(): string {
  const { version: text } = createRequire(import.meta.url)('curfew/package.json') as { version: string };
  return text;
}
