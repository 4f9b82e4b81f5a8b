import { setTimeout as pause } from 'node:timers/promises';
import { during, oneOrAll } from './where.js';

const LENGTH_MS = 2_000;
const TRAVEL_MS = 150;

/**
 * Each question to the database and each answer travels long.
 *
 * @type {import('../schedule.js').Fault}
 */
export const slowDatabase = {
  kind: 'slow-database',
  async strike(cluster, random) {
    const { nodes, named } = oneOrAll(cluster, random);
    await during(nodes, {
      begin: ({ place }) => cluster.proxies.slowDown(place, TRAVEL_MS),
      wait: () => pause(random.between(LENGTH_MS / 2, LENGTH_MS)),
      end: ({ place }) => cluster.proxies.heal(place),
    });
    return named;
  },
};
