import type { Command } from 'commander';
import { conform } from './conforming.js';
import { addDoctor } from './doctor.js';
import { addLeaf, type Runner, type Work } from './leaf.js';
import { listOption } from './option-parts.js';

const WATCH_MS = 200;
const WIRES = ['native', 'dittofi', 'backendless', 'rested', 'elvis'];

/** `start`, `migrate`, `doctor`, `conform`: what is done where the server runs. */
export function addServing(program: Command, run: Runner): void {
  addLeaf(program, run, {
    name: 'start',
    summary: 'serve: the same as npm start. Settings come from the environment and from .env',
    examples: ['start', 'start   # with PORT=8080 DATABASE_URL=postgres://… in the environment'],
    isLocal: true,
    hasNoJson: true,
    deed: start,
  });
  addLeaf(program, run, {
    name: 'migrate',
    summary: 'bring the tables up to date, and make what is missing',
    examples: ['migrate'],
    isLocal: true,
    deed: async (work) => (await import('./migrating.js')).migrate(work),
  });
  addDoctor(program, run);
  addLeaf(program, run, {
    name: 'conform',
    summary: 'replay a client’s day on each wire against a running server; needs the clone',
    examples: ['conform', 'conform --url https://sessions.example.org --contract elvis'],
    options: (command) =>
      command
        .option('--url <origin>', 'the server to test; left out, BASE_URL')
        .addOption(listOption('--contract <names>', 'left out, all that are on', WIRES))
        .option('--application <id>', 'the application to test; left out, the first one'),
    isLocal: true,
    deed: conform,
  });
}

/** Until the server has been told to stop: it ends the process itself. */
async function start({ environment }: Work): Promise<number> {
  if (environment.isBelowNpm) leaveWithNpm();
  // From here on signals are the server's: it drains, and stops the database that came along.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeAllListeners(signal);
  await import('../main.js');
  return new Promise<number>(() => {});
}

// The shell between npm and us dies of SIGTERM without passing it on: we would serve on as an orphan.
function leaveWithNpm(): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, WATCH_MS).unref();
}
