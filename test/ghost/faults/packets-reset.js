import { setTimeout as pause } from 'node:timers/promises';
import { needsNetworkAnd } from './needs.js';
import { oneSide } from './packet-side.js';
import { during, networkOfOne } from './where.js';

const LENGTH_MS = 1_000;

/**
 * A packet filter answers with a reset: to the clients’ requests and the node’s answers, or to what it says to the database.
 *
 * @type {import('../schedule.js').Fault}
 */
export const packetsReset = {
  kind: 'packets-reset',
  needs: needsNetworkAnd('nft', 'nftables'),
  async strike(cluster, random) {
    const { node, network } = networkOfOne(cluster, random);
    const { side, match } = oneSide(cluster, node, random);
    await during([network], {
      begin: () => network.filter(match.map((what) => `${what} reject with tcp reset`)),
      wait: () => pause(random.between(LENGTH_MS / 4, LENGTH_MS)),
      end: () => network.unfilter(),
    });
    return { node: node.place, detail: { side } };
  },
};
