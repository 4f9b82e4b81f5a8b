import { setTimeout as pause } from 'node:timers/promises';

const DOWN_MS = 300;

/**
 * A node dies of SIGKILL, and is started again.
 *
 * @type {import('../schedule.js').Fault}
 */
export const nodeKill = {
  kind: 'node-kill',
  async strike({ nodes }, random) {
    const node = random.pick(nodes);
    await node.kill();
    await pause(random.between(0, DOWN_MS));
    await node.boot();
    return { node: node.place };
  },
};
