import { vi } from 'vitest';
import type { Load } from './load.js';
import type { PostgresServer } from './postgres-server.js';

/** Resolves once every node has answered every kind of question well after an instant. */
export async function servedAgain(load: Load, since: number): Promise<void> {
  await vi.waitUntil(() => load.slowestAfter(since) < Infinity, { timeout: 20_000, interval: 20 });
}

/** Connections over which nodes ask this server: not those that only look at it, nor back ends left behind in a commit that waits. */
export async function sessionsOn(server: PostgresServer): Promise<number> {
  const [row] = await server.sql<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where application_name like 'curfew%' and application_name <> 'curfew lookout' and wait_event is distinct from 'SyncRep' and datname = current_database()`,
  );
  return row!.count;
}

/** Says in one line what was done, what was read, and how long there was no service. */
export function report(what: string, load: Load, lostAt: number, promotedAt: number, promotingMs: number): void {
  const { logins, logouts, live, dead, unknown, deadWhereEnded } = load.latches.counts;
  const seconds = (kind: 'check' | 'login' | 'logout') =>
    `${kind} ${(load.untilService(kind, promotedAt) / 1_000).toFixed(2)} s`;
  console.log(
    `${what}: ${logins} logins, ${logouts} logouts, ${live} live, ${dead} dead (${deadWhereEnded} of ended), ${unknown} not known; ` +
      `promoted ${((promotedAt - lostAt) / 1_000).toFixed(2)} s after the loss (promotion itself ${Math.round(promotingMs)} ms); ` +
      `the last node serves again after the promotion: ${(['check', 'login', 'logout'] as const).map(seconds).join(', ')}`,
  );
}
