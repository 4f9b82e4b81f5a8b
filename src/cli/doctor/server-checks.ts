import type { Sql } from '../../database/background-store.js';
import { wordsOf } from '../../database/no-primary.js';
import type { Primary } from '../../database/primary.js';
import { bad, odd, well, type Finding } from './finding.js';

/** Where several servers are named: what each is, and whether a failover keeps what was acknowledged. */
export async function checkServers(primary: Primary, sql: Sql): Promise<Finding[]> {
  if (!primary.isOneOfSeveral) return [];
  await primary.look();
  const [set] = await sql<{ standbys: string }>(`select current_setting('synchronous_standby_names') as standbys`);
  return [rolesOf(primary), replicationOf(set!.standbys)];
}

function rolesOf({ rivalry, reports }: Primary): Finding {
  const roles = reports.map(wordsOf).join('; ');
  if (rivalry !== undefined) return bad('servers', `${roles}.`, 'Shut down the primary with the lower timeline.');
  if (reports.every(({ standing }) => standing)) return well('servers', roles);
  return odd('servers', `${roles}.`, 'Without it there is nothing to fail over to.');
}

function replicationOf(standbys: string): Finding {
  if (standbys !== '') return well('replication', `commits wait for ${standbys}`);
  return odd(
    'replication',
    'synchronous_standby_names is empty: a failover may undo logouts that were answered.',
    'Set it on the primary, to two standbys or more: ANY 1 (…).',
  );
}
