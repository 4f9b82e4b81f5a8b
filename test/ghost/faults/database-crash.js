/**
 * PostgreSQL ends without finishing anything, and recovers from its log.
 *
 * @type {import('../schedule.js').Fault}
 */
export const databaseCrash = {
  kind: 'database-crash',
  async strike({ postgres }) {
    await postgres.crash();
    await postgres.launch();
  },
};
