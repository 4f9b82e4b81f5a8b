const TERMINATE = `
  select count(pg_terminate_backend(pid))::integer as count from pg_stat_activity
  where backend_type = 'client backend' and pid <> pg_backend_pid()`;

/**
 * An administrator throws out everybody who is connected to the database.
 *
 * @type {import('../schedule.js').Fault}
 */
export const backendsTerminated = {
  kind: 'backends-terminated',
  async strike(cluster) {
    const [row] = await cluster.query(TERMINATE);
    return { detail: { count: row?.['count'] } };
  },
};
