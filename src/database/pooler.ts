import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { connectionOptions, LONGEST_REST_MS, POSTGRES_TIMES } from './postgres.options.js';
import { PrimaryClient } from './primary-client.js';

// In whatever order a pooler hands out its connections, one of these turns meets another back end than its client had.
const TURNS = [0, 1, 1, 0, 1, 0, 0, 1];
// PgBouncer's words, and those of a cloud's proxy, for what it does not pass on.
const REFUSED = /unsupported startup parameter|command-line options/i;
// No default of a role or database says so.
const MARK = '-c enable_seqscan=off';

/**
 * Whether a pooler stands between: what a connection is told at its start does not arrive, or its back end is lent to
 * others as well. Two connections of one's own keep what they were told and one back end each. Throws what connecting throws.
 */
export async function isBehindPooler(url: string): Promise<boolean> {
  const clients = [0, 1].map(() => new PrimaryClient(connectionOptions(url, { plans: MARK })));
  try {
    for (const client of clients) await client.connect();
    return await isShared(clients);
  } catch (error) {
    if (REFUSED.test((error as Error).message)) return true;
    throw error;
  } finally {
    await Promise.allSettled(clients.map((client) => client.end()));
  }
}

async function isShared(clients: pg.Client[]): Promise<boolean> {
  const owners = new Map<number, number>();
  for (const turn of TURNS) {
    const sql = `select pg_backend_pid() as pid, current_setting('enable_seqscan') as mark`;
    const { rows } = await clients[turn]!.query<{ pid: number; mark: string }>(sql);
    const { pid, mark } = rows[0]!;
    if (mark !== 'off' || (owners.get(pid) ?? turn) !== turn) return true;
    owners.set(pid, turn);
  }
  return owners.size !== clients.length;
}

/** What the role must have as its defaults, since it cannot be told at the start: limits in milliseconds, and how instants are written. */
const DEFAULTS = `
  select format('alter role %I in database %I set %s = %L;', current_user, current_database(), name, wanted) as statement
  from (values ('statement_timeout', 1, $1::int),
               ('idle_in_transaction_session_timeout', ${LONGEST_REST_MS + 500}, $2::int)) as limits (name, lowest, wanted)
  join pg_settings using (name) where setting::int not between lowest and wanted
  union all
  select format('alter role %I in database %I set timezone = %L;', current_user, current_database(), 'UTC')
  where current_setting('timezone') not in ('UTC', 'Etc/UTC')
  order by statement`;

/** Why this pooler cannot be worked with, and what helps; undefined where it can. In a transaction, which it must know. */
export async function faultOfPooler(dataSource: DataSource): Promise<string | undefined> {
  try {
    const limits = [POSTGRES_TIMES.statementMs, POSTGRES_TIMES.idleInTransactionMs].map(String);
    const missing = await dataSource.transaction((manager) => manager.query<{ statement: string }[]>(DEFAULTS, limits));
    if (missing.length === 0) return undefined;
    const statements = missing.map(({ statement }) => statement).join(' ');
    return `does not pass on the limits of statements; make them defaults of the role: ${statements} Then let the pooler reconnect`;
  } catch (error) {
    if ((error as Error).message.includes('statement pooling mode'))
      return 'knows no transactions; set pool_mode = transaction';
    throw error;
  }
}
