import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { auditOptions, listAudit, type AuditQuestion } from './audit-listing.js';
import { addLeaf, type Answer, type Runner, type Work } from './leaf.js';

/** `audit list|verify`: what the log says, and that no row of it is missing or altered. */
export function addAudit(program: Command, run: Runner): void {
  const audit = program.command('audit').description('the log of who did what: list, verify');
  addLeaf<AuditQuestion>(audit, run, {
    name: 'list',
    summary: 'who did what, from where, when, and how it ended; newest first',
    examples: [
      'audit list --from 1h',
      'audit list --act login --outcome refused --address 203.0.113.0/24',
      'audit list --user alice@example.org --csv > alice.csv',
    ],
    options: auditOptions,
    deed: listAudit,
  });
  addLeaf<{ head?: string }>(audit, run, {
    name: 'verify',
    summary: 'walk the audit log and name what is missing or altered; 1 on a finding',
    examples: ['audit verify', 'audit verify --head 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
    options: (command) => command.addOption(headOption()),
    isLocal: true,
    deed: verify,
  });
}

function headOption(): Option {
  const option = new Option('--head <hash>', 'a head that was kept elsewhere: one row must have this hash');
  return option.argParser((text: string) => {
    if (/^[\da-f]{64}$/i.test(text)) return text.toLowerCase();
    throw new InvalidArgumentError('64 hexadecimal digits are needed.');
  });
}

/** Reads the database itself: whoever proves something takes nobody's word for it. */
async function verify(work: Work<{ head?: string }>): Promise<Answer> {
  const { verifyOwnAudit } = await import('./audit-verifying.js');
  return verifyOwnAudit(work);
}
