/** `npm run dev`: rebuilds on every change and restarts the server. Polls, since watchers miss changes on mounted folders. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { build, fingerprint } from './build.js';

const START = join(import.meta.dirname, 'start.js');
const parent = process.ppid;
let isEnding = false;

/** @type {import('node:child_process').ChildProcess | undefined} */
let server;

async function stop() {
  if (!server || server.exitCode !== null || server.signalCode !== null) return;
  server.kill('SIGINT'); // what Ctrl-C sends: SIGTERM would drain first
  await once(server, 'exit');
}

async function restart() {
  await stop();
  if (!isOver()) server = spawn(process.execPath, ['--enable-source-maps', START], { stdio: 'inherit' });
}

/** The parent changes when npm and its shell have gone: see start.js. */
function isOver() {
  return isEnding || process.ppid !== parent;
}

const end = () => (isEnding = true);
process.on('SIGINT', end).on('SIGTERM', end);

for (let seen = ''; !isOver(); await pause(200)) {
  const inputs = fingerprint();
  if (inputs === seen) continue;
  seen = inputs;
  if (await build()) await restart();
}
await stop();
