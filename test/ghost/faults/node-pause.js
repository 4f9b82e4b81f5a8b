import { setTimeout as pause } from 'node:timers/promises';

const FROZEN_MS = 2_000;

/**
 * A node stands still and then goes on, as a virtual machine does that is moved: what it was about to answer is old by then.
 *
 * @type {import('../schedule.js').Fault}
 */
export const nodePause = {
  kind: 'node-pause',
  async strike({ nodes }, random) {
    const node = random.pick(nodes);
    node.freeze();
    await pause(random.between(FROZEN_MS / 2, FROZEN_MS));
    node.thaw();
    return { node: node.place };
  },
};
