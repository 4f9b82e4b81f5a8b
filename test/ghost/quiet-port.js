/** A port that stays free while whoever listens on it is down. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';

// Below those that the system gives to outgoing connections: one of them could be handed out while its listener is down, and
// a client that knocks there again and again would in the end be connected to itself.
const LOWEST = 20_000;
const HIGHEST = 30_000;
const ATTEMPTS = 100;

/** @param {string} host */
export async function quietPort(host) {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(host, port)) return port;
  }
  throw new Error(`No port between ${LOWEST} and ${HIGHEST} is free.`);
}

/**
 * @param {string} host
 * @param {number} port
 */
async function isFree(host, port) {
  const probe = createServer().listen(port, host);
  try {
    await once(probe, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    probe.close();
  }
}
