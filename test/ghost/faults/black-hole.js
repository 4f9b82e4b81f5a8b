import { setTimeout as pause } from 'node:timers/promises';
import { during, oneOrAll } from './where.js';

const LENGTH_MS = 2_500;

/**
 * Nothing that is sent to the database arrives, nor anything that it answers; connections stay, and break off at the end.
 *
 * @type {import('../schedule.js').Fault}
 */
export const blackHole = {
  kind: 'black-hole',
  async strike(cluster, random) {
    const { nodes, named } = oneOrAll(cluster, random);
    await during(nodes, {
      begin: ({ place }) => cluster.proxies.swallow(place),
      wait: () => pause(random.between(LENGTH_MS / 2, LENGTH_MS)),
      end: ({ place }) => cluster.proxies.heal(place),
    });
    return named;
  },
};
