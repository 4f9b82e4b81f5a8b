/**
 * What a node needs of memory: idle, under load, with ten thousand requests that wait for the store; whether its heap
 * grows over minutes of mixed load; and how long its start takes.
 *
 *   npm run bench:memory -- --minutes 10
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DatabaseProxy } from '../database-proxy.js';
import { runBench } from './built.js';
import { whileTidy } from './interruption.js';
import { growthOf } from './memory-growth.js';
import { sectionOf } from './memory-section.js';
import { ProbedServer } from './probed-server.js';
import { print, publish, verdict } from './report.js';
import { startTimes } from './start-time.js';
import { TemporaryDatabase } from './temporary-database.js';
import { requireFiles, WaitingRequests } from './waiting-requests.js';
import { load, requireWrk } from './wrk.js';

const WAITING = 10_000;
/** A check that the store does not answer is refused after 1.5 s: they must all have come before. */
const GATHER_MS = 1_400;
const SETTLE_MS = 3_000;
const LOAD_SECONDS = 10;
const WARM_STARTS = 3;
const LEAST_MINUTES = 2;
/** Fewer prove too little for the page of benchmarks. */
const PUBLISHED_MINUTES = 10;
const SESSION_PATH = '/api/v1/auth/session';

await runBench(measure, () => {
  requireWrk();
  requireFiles(WAITING);
});

function minutesAsked() {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: String(PUBLISHED_MINUTES) } } });
  const minutes = Number(values.minutes);
  if (!Number.isInteger(minutes) || minutes < LEAST_MINUTES || minutes > 1_440)
    throw new Error(`--minutes: a whole number from ${LEAST_MINUTES} to 1440.`);
  return minutes;
}

async function measure() {
  const minutes = minutesAsked();
  console.log(`Starting ${WARM_STARTS + 1} times …`);
  const starts = await startTimes(WARM_STARTS);
  /** @type {(() => unknown)[]} In the order in which they began. */
  const started = [];
  const tidy = async () => {
    for (let stop = started.pop(); stop; stop = started.pop()) await stop();
  };
  return whileTidy(tidy, async () => {
    const opening = TemporaryDatabase.start();
    started.push(async () => (await opening).stop());
    const database = await opening;
    const proxy = await DatabaseProxy.start(database.url);
    started.push(() => proxy.stop());
    const serve = async (/** @type {string} */ name) => {
      const server = await ProbedServer.start(proxy.url, join(database.folder, name));
      started.push(() => server.stop());
      await pause(SETTLE_MS);
      return server;
    };
    const fresh = await serve('fresh');
    const idleBytes = fresh.residentBytes();
    const waiting = await crowd(fresh, proxy, await database.tokens(WAITING));
    await fresh.stop();
    const server = await serve('loaded');
    const loaded = await underLoad(server, database);
    const growth = await growthOf(server, database, minutes);
    const section = await sectionOf({ database, starts, idleBytes, waiting, loaded, growth });
    print(section);
    if (minutes >= PUBLISHED_MINUTES) await publish(section);
    return verdict(section);
  });
}

/**
 * Opens a connection for each token, and lets all of them wait for the store at once.
 *
 * @param {ProbedServer} server
 * @param {DatabaseProxy} proxy
 * @param {string[]} tokens
 */
async function crowd(server, proxy, tokens) {
  console.log(`Letting ${tokens.length.toLocaleString('en')} requests wait …`);
  const requests = tokens.map(
    (token) => `GET ${SESSION_PATH} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer ${token}\r\n\r\n`,
  );
  const beforeBytes = server.residentBytes();
  const connections = await WaitingRequests.open(server.server.origin, requests);
  try {
    await pause(SETTLE_MS);
    const connectedBytes = server.residentBytes();
    proxy.holdBack(() => Infinity);
    const until = performance.now() + GATHER_MS;
    connections.send();
    let count = 0;
    while (count < tokens.length && performance.now() < until) count = await server.requests();
    const waitingBytes = server.residentBytes();
    proxy.release();
    await pause(SETTLE_MS);
    return { count, beforeBytes, connectedBytes, waitingBytes, statuses: connections.statuses() };
  } finally {
    connections.close();
  }
}

/**
 * The most that the process had in memory while wrk asked for all it could.
 *
 * @param {ProbedServer} server
 * @param {TemporaryDatabase} database
 */
async function underLoad(server, database) {
  console.log(`Loading for ${LOAD_SECONDS} s …`);
  const headerFile = join(database.folder, 'tokens');
  const lines = (await database.tokens(1_000)).map((token) => `Authorization: Bearer ${token}`);
  await writeFile(headerFile, lines.join('\n'));
  let mostBytes = 0;
  const sampler = setInterval(() => (mostBytes = Math.max(mostBytes, server.residentBytes())), 100);
  try {
    const found = await load(server.server.origin + SESSION_PATH, headerFile, LOAD_SECONDS);
    return { mostBytes, ...found };
  } finally {
    clearInterval(sampler);
  }
}
