import { setTimeout as pause } from 'node:timers/promises';
import { MigrationExecutor, type DataSource, type DataSourceOptions } from 'typeorm';
import { isStoreOutage } from '../errors/store-outage.js';
import { faultOfPooler, isBehindPooler } from './pooler.js';
import { createDataSource, migrationOptions } from './postgres.options.js';

/** What stops the start: one line for the operator. */
export class DatabaseUnusable extends Error {}

const PATIENCE_MS = 30_000;
// The number is this lock's name: of several nodes that start at once, one migrates and the others wait.
const MIGRATION_LOCK = 7_301_244;

/** How the prepared database is to be spoken to. */
export interface Prepared {
  /** A pooler stands between: no named statements, and nothing that a connection is told at its start. */
  isPooled: boolean;
  /** The migrations that were applied now, by name. */
  applied: string[];
}

/** Waits for the database, refuses one that could forget an acknowledged logout, and brings its tables up to date. Throws DatabaseUnusable, with `advice` where the tables are behind. */
export async function prepareDatabase(
  url: string,
  migrations: NonNullable<DataSourceOptions['migrations']>,
  isMigrating: boolean,
  tell: (line: string) => void,
  advice = 'MIGRATE: off, but the tables are not up to date; run npm run migrate first',
): Promise<Prepared> {
  const isPooled = await patiently(() => isBehindPooler(url), tell);
  if (isPooled)
    tell(
      'A pooler stands before PostgreSQL: statements are planned each time, and their limits are defaults of the role.',
    );
  const dataSource = createDataSource(migrationOptions(url, { migrations }, isPooled));
  await patiently(() => dataSource.initialize(), tell);
  try {
    if (isPooled) await refusePooler(dataSource);
    await refuseUnsafe(dataSource);
    if (isMigrating) return { isPooled, applied: await migrate(dataSource, tell) };
    if (await dataSource.showMigrations()) throw new DatabaseUnusable(advice);
    return { isPooled, applied: [] };
  } finally {
    await dataSource.destroy();
  }
}

async function patiently<T>(attempt: () => Promise<T>, tell: (line: string) => void): Promise<T> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const reason = error instanceof AggregateError ? String(error.errors[0]) : (error as Error).message;
      if (!isStoreOutage(error) || performance.now() > giveUpAt)
        throw new DatabaseUnusable(`DATABASE_URL: cannot connect to PostgreSQL: ${reason}`);
      tell(`Waiting for PostgreSQL: ${reason}`);
      await pause(1_000);
    }
  }
}

async function refusePooler(dataSource: DataSource): Promise<void> {
  const fault = await faultOfPooler(dataSource);
  if (fault) throw new DatabaseUnusable(`DATABASE_URL: the pooler in front of this PostgreSQL ${fault}`);
}

interface Safety {
  version: string;
  encoding: string;
  fsync: string;
  fullPageWrites: string;
  synchronousCommit: string;
  standbys: string;
  isStandby: boolean;
}

async function refuseUnsafe(dataSource: DataSource): Promise<void> {
  const [found] = await dataSource.query<Safety[]>(`
    select current_setting('server_version_num') as version, current_setting('server_encoding') as encoding, current_setting('fsync') as fsync,
      current_setting('full_page_writes') as "fullPageWrites", current_setting('synchronous_commit') as "synchronousCommit",
      current_setting('synchronous_standby_names') as standbys, pg_is_in_recovery() as "isStandby"`);
  const fault = faultOf(found!);
  if (fault) throw new DatabaseUnusable(`DATABASE_URL: this PostgreSQL ${fault}`);
}

function faultOf(found: Safety): string | undefined {
  if (Number(found.version) < 150_000) return 'is older than 15; use 15 or newer';
  if (found.encoding !== 'UTF8') return `has the encoding ${found.encoding}; create the database with UTF8`;
  if (found.isStandby) return 'is a standby in recovery; name the primary';
  if (found.fsync !== 'on') return 'has fsync off and could forget a logout in a crash; set fsync = on';
  if (found.fullPageWrites !== 'on')
    return 'has full_page_writes off and could lose rows in a crash; set full_page_writes = on';
  if (found.synchronousCommit === 'off')
    return 'has synchronous_commit off and could forget a logout in a crash; set synchronous_commit = on';
  if (found.synchronousCommit === 'local' && found.standbys !== '')
    return 'has synchronous_commit local with standbys and could forget a logout in a failover; set synchronous_commit = on';
  return undefined;
}

// One transaction for the lock and all migrations: behind a pooler a lock of the session would stay with a back end that
// others use, and a second connection could be one that those who wait for the lock have taken.
async function migrate(dataSource: DataSource, tell: (line: string) => void): Promise<string[]> {
  const done = await dataSource.transaction('READ COMMITTED', async ({ queryRunner }) => {
    await queryRunner!.query('set local statement_timeout = 0');
    await queryRunner!.query('set local idle_in_transaction_session_timeout = 0');
    await queryRunner!.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    const executor = new MigrationExecutor(dataSource, queryRunner);
    executor.transaction = 'all';
    return executor.executePendingMigrations();
  });
  if (done.length > 0) tell(`${done.length} migrations applied.`);
  return done.map(({ name }) => name);
}
