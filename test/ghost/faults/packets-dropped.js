import { setTimeout as pause } from 'node:timers/promises';
import { needsNetworkAnd } from './needs.js';
import { oneSide } from './packet-side.js';
import { during, networkOfOne } from './where.js';

const LENGTH_MS = 2_500;

/**
 * A packet filter drops what clients and node say to each other, or node and database; connections stay.
 *
 * @type {import('../schedule.js').Fault}
 */
export const packetsDropped = {
  kind: 'packets-dropped',
  needs: needsNetworkAnd('nft', 'nftables'),
  async strike(cluster, random) {
    const { node, network } = networkOfOne(cluster, random);
    const { side, match } = oneSide(cluster, node, random);
    await during([network], {
      begin: () => network.filter(match.map((what) => `${what} drop`)),
      wait: () => pause(random.between(LENGTH_MS / 2, LENGTH_MS)),
      end: () => network.unfilter(),
    });
    return { node: node.place, detail: { side } };
  },
};
