/** Programs of the system, run to their end. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * What it printed. Throws what it complained about.
 *
 * @param {string} line Words between spaces.
 * @param {string} [input]
 */
export async function command(line, input) {
  const [program = '', ...words] = line.split(' ');
  const running = run(program, words);
  running.child.stdin?.end(input);
  try {
    return (await running).stdout;
  } catch (cause) {
    const { stderr = '' } = /** @type {{ stderr?: string }} */ (cause);
    throw new Error(`${line}: ${stderr.trim() || String(cause)}`, { cause });
  }
}

/** @param {string} program */
export function isInstalled(program) {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

export function isRoot() {
  return process.getuid?.() === 0;
}
