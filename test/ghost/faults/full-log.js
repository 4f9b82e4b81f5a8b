import { setTimeout as pause } from 'node:timers/promises';
import { backendsTerminated } from './backends-terminated.js';

const LENGTH_MS = 2_000;

/**
 * The volume with the logs is full just when there is much to tell.
 *
 * @type {import('../schedule.js').Fault}
 */
export const fullLog = {
  kind: 'full-log',
  needs: ({ logs }) => logs.missing,
  async strike(cluster, random) {
    await cluster.logs.fill();
    try {
      const struck = await backendsTerminated.strike(cluster, random);
      await pause(random.between(LENGTH_MS / 2, LENGTH_MS));
      return { ...struck };
    } finally {
      await cluster.logs.empty();
    }
  },
};
