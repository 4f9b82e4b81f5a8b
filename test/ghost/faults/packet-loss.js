import { setTimeout as pause } from 'node:timers/promises';
import { needsNetworkAnd } from './needs.js';
import { during, networkOfOne } from './where.js';

const LENGTH_MS = 3_000;
const LOST_OF_A_HUNDRED = 10;

/**
 * Every tenth packet of a node is lost, whomever it is for.
 *
 * @type {import('../schedule.js').Fault}
 */
export const packetLoss = {
  kind: 'packet-loss',
  needs: needsNetworkAnd('nft', 'nftables'),
  async strike(cluster, random) {
    const { node, network } = networkOfOne(cluster, random);
    await during([network], {
      begin: () => network.filter([`numgen random mod 100 < ${LOST_OF_A_HUNDRED} drop`]),
      wait: () => pause(random.between(LENGTH_MS / 2, LENGTH_MS)),
      end: () => network.unfilter(),
    });
    return { node: node.place };
  },
};
