import { setTimeout as pause } from 'node:timers/promises';
import { needsNetworkAnd } from './needs.js';
import { during, networkOfOne } from './where.js';

const LENGTH_MS = 3_000;
const RATE = '1mbit';

/**
 * A node’s line carries a fraction of what is asked of it: packets queue, and then are dropped.
 *
 * @type {import('../schedule.js').Fault}
 */
export const thinPipe = {
  kind: 'thin-pipe',
  needs: needsNetworkAnd('tc', 'iproute2'),
  async strike(cluster, random) {
    const { node, network } = networkOfOne(cluster, random);
    await during([network], {
      begin: () => network.narrow(RATE),
      wait: () => pause(random.between(LENGTH_MS / 2, LENGTH_MS)),
      end: () => network.widen(),
    });
    return { node: node.place };
  },
};
