import { oneOrAll } from './where.js';

/**
 * Connections to the database break off in the middle of whatever they carry.
 *
 * @type {import('../schedule.js').Fault}
 */
export const connectionsReset = {
  kind: 'connections-reset',
  async strike(cluster, random) {
    const { nodes, named } = oneOrAll(cluster, random);
    await Promise.all(nodes.map(({ place }) => cluster.proxies.reset(place)));
    return named;
  },
};
