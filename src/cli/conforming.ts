import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CommandFailure, EXIT } from './command-failure.js';
import { originOf } from './connection.js';
import type { Work } from './leaf.js';
import { settings } from './own-database.js';

interface Asked {
  contract?: string[];
  application?: string;
}

const TOOL = fileURLToPath(new URL('../../../tools/conform.js', import.meta.url));

/** Hands over to the tool that replays the days; it prints its table itself, and its exit code is ours. */
export async function conform({ options, environment, signal }: Work<Asked>): Promise<number> {
  if (!existsSync(TOOL)) throw new CommandFailure('conform is part of the clone, and this is an installed package.');
  const url = originOf(options.url ?? environment.url ?? settings().BASE_URL);
  const contracts = (options.contract ?? []).flatMap((name) => ['--contract', name]);
  const application = options.application === undefined ? [] : ['--application', options.application];
  const json = options.json ? ['--json'] : [];
  const args = [TOOL, '--url', url, ...contracts, ...application, ...json];
  // In a group of its own: Ctrl-C reaches it once, from here.
  const child = spawn(process.execPath, args, { stdio: 'inherit', detached: true });
  signal.addEventListener('abort', () => child.kill('SIGINT'));
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? EXIT.failed;
}
