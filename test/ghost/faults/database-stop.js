import { setTimeout as pause } from 'node:timers/promises';

const DOWN_MS = 3_000;

/**
 * PostgreSQL is stopped in good order, and is away for a while.
 *
 * @type {import('../schedule.js').Fault}
 */
export const databaseStop = {
  kind: 'database-stop',
  async strike({ postgres }, random) {
    await postgres.shutDown();
    await pause(random.between(DOWN_MS / 3, DOWN_MS));
    await postgres.launch();
  },
};
