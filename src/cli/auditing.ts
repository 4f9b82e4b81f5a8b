import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { addLeaf, type Answer, type Runner, type Work } from './leaf.js';

/** `audit verify`: proves that no row of the audit log is missing or altered. */
export function addAudit(program: Command, run: Runner): void {
  const audit = program.command('audit').description('the log of who did what: verify');
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
