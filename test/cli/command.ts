import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const COMMAND = resolve(import.meta.dirname, '../../bin/curfew.js');

/** What a command did: its exit code, and all that it wrote. */
export interface Run {
  code: number | null;
  out: string;
  errors: string;
}

/** How a command is run. */
export interface Running {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Written to stdin, which then ends. */
  input?: string;
  /** Sees what stands on stderr so far. */
  onError?: (errors: string, child: ChildProcessWithoutNullStreams) => void;
}

/** Runs the real command line in a process of its own, without the variables of this one. */
export async function curfew(args: string[], { env = {}, cwd = '/', input = '', onError }: Running = {}): Promise<Run> {
  const child = spawn(process.execPath, [COMMAND, ...args], { env: { PATH: process.env['PATH'], ...env }, cwd });
  let [out, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
    onError?.(errors, child);
  });
  child.stdin.on('error', () => {}).end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, errors };
}
