/**
 * The primary dies for good, and its standby takes over: what was acknowledged must be there, too.
 *
 * @type {import('../schedule.js').Fault}
 */
export const failover = {
  kind: 'failover',
  needs: ({ standby }) => (standby ? undefined : 'the database of this run has no standby'),
  async strike(cluster) {
    await cluster.failOver();
  },
};
