import { command } from '../commands.js';
import { needsProgram } from './needs.js';

const LENGTH_S = 5;

/**
 * Others take all processors.
 *
 * @type {import('../schedule.js').Fault}
 */
export const busyProcessors = {
  kind: 'busy-processors',
  needs: needsProgram('stress-ng', 'stress-ng'),
  async strike(_, random) {
    const seconds = Math.round(random.between(LENGTH_S / 2, LENGTH_S));
    await command(`stress-ng --cpu 2 --timeout ${seconds}s --quiet`);
  },
};
