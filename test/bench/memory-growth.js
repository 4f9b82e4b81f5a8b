/** Whether the heap of a node grows while it serves a mixture of requests. */
import { setTimeout as pause } from 'node:timers/promises';
import { credentialsOf } from './fill.js';
import { MixedLoad, REQUESTS_PER_SECOND } from './mixed-load.js';

const MINUTE_MS = 60_000;
const USERS = 200;

/** @typedef {{ minute: number, keptBytes: number, residentBytes: number, answers: number }} Minute */

/**
 * What the heap keeps after each minute. Throws where a request was not answered as it should be.
 *
 * @param {import('./probed-server.js').ProbedServer} server
 * @param {import('./temporary-database.js').TemporaryDatabase} database
 * @param {number} minutes
 * @returns {Promise<Minute[]>}
 */
export async function growthOf(server, database, minutes) {
  const tokens = { native: await database.tokens(1_000), elvis: await database.tokens(1_000, 'elvis') };
  const credentials = credentialsOf(USERS);
  console.log(`${minutes} minutes of ${REQUESTS_PER_SECOND} requests/s …`);
  const load = new MixedLoad(server.server.origin, tokens, credentials);
  try {
    /** @type {Minute[]} */
    const found = [];
    for (let minute = 1; minute <= minutes; minute++) {
      await pause(MINUTE_MS);
      const { right: answers, failures } = load.take();
      const text = JSON.stringify(failures);
      if (text !== '{}') throw new Error(`Of the requests of minute ${minute} these failed: ${text}`);
      const [keptBytes, residentBytes] = [await server.keptBytes(), server.residentBytes()];
      found.push({ minute, keptBytes, residentBytes, answers });
      const shown = `${(keptBytes / 2 ** 20).toFixed(1)} MiB kept, ${Math.round(residentBytes / 2 ** 20)} MiB resident`;
      console.log(`  minute ${minute}: ${shown}, ${answers} answers`);
    }
    return found;
  } finally {
    await load.stop();
  }
}
