import { setTimeout as pause } from 'node:timers/promises';
import { during } from './where.js';

const LENGTH_MS = 3_000;
const LONGEST_MS = 120;

/**
 * The database's answers wait by chance, so that connections overtake each other: a check that reads an answer given before
 * a logout shows itself here, and nowhere else.
 *
 * @type {import('../schedule.js').Fault}
 */
export const answerJitter = {
  kind: 'answer-jitter',
  async strike({ nodes, proxies }, random) {
    await during(nodes, {
      begin: ({ place }) => proxies.jitter(place, LONGEST_MS, `${random.seed} ${place}`),
      wait: () => pause(random.between(LENGTH_MS / 2, LENGTH_MS)),
      end: ({ place }) => proxies.heal(place),
    });
  },
};
