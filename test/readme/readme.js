// Does what the README and the pages of docs/ say, word for word, in a fresh clone: start, four steps, each wire, SIGTERM,
// start again, still there.
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { keeps, promises } from './promises.js';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const DOCS = [
  'applications',
  'services',
  'events',
  'wires/dittofi',
  'wires/backendless',
  'wires/rested',
  'wires/elvis',
  // Last: it logs everyone out.
  'administration',
];
/** What `npm install -g .` would put on the path. */
const COMMAND = 'curfew() { ./bin/curfew.js "$@"; }\n';
const START_MS = 360_000;

/** @param {string} folder @param {string} command @param {string} until */
async function start(folder, command, until) {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], LOG_FORMAT: 'json' };
  const server = spawn('bash', ['-c', command], {
    cwd: folder,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of server.stdout) {
    output += String(chunk);
    if (output.includes(until) && output.endsWith('\n\n')) break;
  }
  if (!output.includes(until)) throw new Error(`The server did not start:\n${output}`);
  return { server, output };
}

/** SIGTERM to npm, as a supervisor sends it; every process must be gone in time, and the database stopped. @param {import('node:child_process').ChildProcess} server */
async function stop(server) {
  const { stdout } = await run('pgrep', ['-g', String(server.pid), '-f', '^npm start']);
  process.kill(Number(stdout.trim().split('\n')[0]), 'SIGTERM');
  const startedAt = performance.now();
  while ((await run('pgrep', ['-g', String(server.pid)]).catch(() => ({ stdout: '' }))).stdout) {
    if (performance.now() - startedAt > 15_000) throw new Error('Not stopped within 15 s.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  if (existsSync(join(clone, '.data/postgres/postmaster.pid'))) throw new Error('PostgreSQL was left running.');
}

/** Runs commands one by one and remembers the variables that they set, as a terminal would. */
class Shell {
  /** @param {string} variables */
  constructor(variables) {
    this.variables = variables;
  }

  /** @param {string} command */
  async run(command) {
    const [, variable] = /^(\w+)=/.exec(command) ?? [];
    const told = variable ? `; printf %s "$${variable}"` : '';
    const { stdout } = await run('bash', ['-c', `${this.variables}${command}${told}`], { cwd: clone });
    if (!variable) return stdout;
    this.variables += `${variable}='${stdout}'\n`;
    return '';
  }
}

/** Runs each command, and holds what it printed against what was promised. @param {Shell} shell @param {Awaited<ReturnType<typeof promises>>} steps */
async function follow(shell, steps) {
  if (steps.length < 4) throw new Error('A page has lost its steps.');
  for (const { command, output } of steps) {
    const printed = await shell.run(command);
    if (!keeps(output, printed)) throw new Error(`$ ${command}\nprinted:  ${printed}\npromised: ${output}`);
    console.log(`✓ ${command}`);
  }
  return steps.length;
}

const folder = await mkdtemp(join(tmpdir(), 'curfew-readme-'));
await chmod(folder, 0o755);
const timer = setTimeout(() => process.exit(1), START_MS);
const clone = join(folder, 'curfew');
/** @type {import('node:child_process').ChildProcess | undefined} */
let running;
let passed = 0;
try {
  await run('git', ['clone', '--quiet', root, clone]);
  const [begin, ...steps] = await promises(join(root, 'README.md'));
  if (!begin || steps.length < 5) throw new Error('The README has lost its steps.');
  const first = await start(clone, begin.command, 'Swagger UI');
  running = first.server;
  const [, password] = /Password\s+(\S+)/.exec(first.output) ?? [];
  if (!keeps(begin.output, first.output)) throw new Error(`The start printed otherwise:\n${first.output}`);
  console.log(`✓ ${begin.command}`);

  const shell = new Shell(`PASSWORD='${password}'\n`);
  passed += await follow(shell, steps);
  const [, app] = /Application id\s+(\S+)/.exec(first.output) ?? [];
  const [, key] = /Client key\s+(\S+)/.exec(first.output) ?? [];
  const known = `PASSWORD='${password}'\nURL='http://127.0.0.1:3000'\nAPP='${app}'\nKEY='${key}'\n${COMMAND}`;
  for (const page of DOCS) {
    console.log(`docs/${page}.md`);
    passed += await follow(new Shell(known), await promises(join(root, 'docs', `${page}.md`)));
  }

  const [, login, session] = steps;
  await shell.run(login?.command ?? '');
  await stop(first.server);
  const second = await start(clone, 'npm start', 'Swagger UI');
  running = second.server;
  if (second.output.includes('Password')) throw new Error('A second start showed a password.');
  const printed = await shell.run(session?.command ?? '');
  if (!keeps(session?.output ?? '', printed)) throw new Error(`After the restart, the session got ${printed}`);
  await stop(second.server);
  running = undefined;
  passed += 1;
  console.log('✓ SIGTERM, start again, users and sessions are still there');
} finally {
  clearTimeout(timer);
  if (running) await stop(running).catch(() => {});
  await rm(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, 0 failed`);
