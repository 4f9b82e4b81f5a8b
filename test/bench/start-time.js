/** How long a restart keeps people waiting: `npm start` on a warm data folder. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT } from './built.js';
import { whileTidy } from './interruption.js';
import { freePort } from './server-process.js';

/** What the median of warm starts must stay below. */
export const START_GATE_MS = 4_000;
const PATIENCE_MS = 60_000;

/**
 * Milliseconds of a first start, which makes the database, and of so many more on the same folder.
 *
 * @param {number} runs
 */
export async function startTimes(runs) {
  const folder = await mkdtemp(join(tmpdir(), 'curfew-bench-'));
  // The database drops root's rights, and must still reach its folder.
  await chmod(folder, 0o755);
  /** @type {(import('node:child_process').ChildProcess)[]} */
  const running = [];
  const tidy = async () => {
    await Promise.all(running.map(end));
    await rm(folder, { recursive: true, force: true });
  };
  return whileTidy(tidy, async () => {
    const first = await startOnce(join(folder, 'data'), running);
    /** @type {number[]} */
    const warm = [];
    for (let run = 0; run < runs; run++) warm.push(await startOnce(join(folder, 'data'), running));
    return { first, warm };
  });
}

/**
 * Milliseconds from `npm start` to the first 200 of /health/ready. The server is gone when this answers.
 *
 * @param {string} dataFolder
 * @param {import('node:child_process').ChildProcess[]} running
 */
async function startOnce(dataFolder, running) {
  const port = String(await freePort());
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    PORT: port,
    DATA_DIR: dataFolder,
    LOG_LEVEL: 'warn',
  };
  const startedAt = performance.now();
  const npm = spawn('npm', ['start'], { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'inherit'], detached: true });
  running.push(npm);
  try {
    while (!(await isReady(port))) {
      if (npm.exitCode !== null || performance.now() - startedAt > PATIENCE_MS)
        throw new Error('npm start did not serve.');
      await pause(10);
    }
    return performance.now() - startedAt;
  } finally {
    await end(npm);
  }
}

/** @param {string} port */
async function isReady(port) {
  const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
  await answer?.arrayBuffer();
  return answer?.status === 200;
}

/**
 * As Ctrl-C in a terminal: npm, its shell and the server hear it alike.
 *
 * @param {import('node:child_process').ChildProcess} npm
 */
async function end(npm) {
  if (npm.exitCode !== null || npm.signalCode !== null || npm.pid === undefined) return;
  process.kill(-npm.pid, 'SIGINT');
  await once(npm, 'close');
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until && isGroupAlive(npm.pid);) await pause(20);
}

/** @param {number} group */
function isGroupAlive(group) {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}
