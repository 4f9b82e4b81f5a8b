/**
 * How long a restart keeps people waiting: `npm start` on a warm data folder, until the node is ready for requests.
 *
 *   npm run bench:start
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { runBench, ROOT } from './built.js';
import { freePort } from './server-process.js';
import { median } from './statistics.js';

const RUNS = 5;
const GATE_MS = 4_000;
const PATIENCE_MS = 60_000;

await runBench(measure);

async function measure() {
  const folder = await mkdtemp(join(tmpdir(), 'curfew-bench-'));
  // The database drops root's rights, and must still reach its folder.
  await chmod(folder, 0o755);
  try {
    const dataFolder = join(folder, 'data');
    console.log(`first start, which makes the database: ${Math.round(await startOnce(dataFolder))} ms`);
    /** @type {number[]} */
    const times = [];
    for (let run = 0; run < RUNS; run++) times.push(await startOnce(dataFolder));
    console.log(`warm starts: ${times.map(Math.round).join(', ')} ms`);
    const found = median(times);
    console.log(`${found < GATE_MS ? 'met   ' : 'MISSED'}  median < ${GATE_MS} ms: ${Math.round(found)} ms`);
    return found < GATE_MS ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Milliseconds from `npm start` to the first 200 of /health/ready. The server is gone when this answers.
 *
 * @param {string} dataFolder
 */
async function startOnce(dataFolder) {
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
  if (npm.exitCode !== null || npm.pid === undefined) return;
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
