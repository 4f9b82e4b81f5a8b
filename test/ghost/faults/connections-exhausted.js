import pg from 'pg';
import { setTimeout as pause } from 'node:timers/promises';

const LENGTH_MS = 2_000;
const ATTEMPTS = 200;
const THROW_OUT_NODES = `
  select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'curfew%'`;

/**
 * As many as PostgreSQL takes.
 *
 * @param {string} url
 * @param {pg.Client[]} hoard
 */
async function takeAll(url, hoard) {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const client = new pg.Client(url).on('error', () => {});
    try {
      await client.connect();
    } catch {
      return;
    }
    hoard.push(client);
  }
}

/**
 * Others take every connection that PostgreSQL has to give, just when the nodes have lost theirs.
 *
 * @type {import('../schedule.js').Fault}
 */
export const connectionsExhausted = {
  kind: 'connections-exhausted',
  async strike(cluster, random) {
    /** @type {pg.Client[]} */
    const hoard = [];
    try {
      await takeAll(cluster.databaseUrl, hoard);
      // Over a connection that is held already: no other is to be had.
      await hoard[0]?.query(THROW_OUT_NODES);
      await takeAll(cluster.databaseUrl, hoard);
      await pause(random.between(LENGTH_MS / 2, LENGTH_MS));
    } finally {
      await Promise.all(hoard.map((client) => client.end()));
    }
    return { detail: { taken: hoard.length } };
  },
};
