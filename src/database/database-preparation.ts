import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource, DataSourceOptions } from 'typeorm';
import { isStoreOutage } from '../errors/store-outage.js';
import { createDataSource, migrationOptions } from './postgres.options.js';

/** What stops the start: one line for the operator. */
export class DatabaseUnusable extends Error {}

const PATIENCE_MS = 30_000;
// The number is this lock's name: of several nodes that start at once, one migrates and the others wait.
const MIGRATION_LOCK = 7_301_244;

/** Waits for the database, refuses one that could forget an acknowledged logout, and brings its tables up to date. Throws DatabaseUnusable. */
export async function prepareDatabase(
  url: string,
  migrations: NonNullable<DataSourceOptions['migrations']>,
  isMigrating: boolean,
  tell: (line: string) => void,
): Promise<void> {
  const dataSource = createDataSource(migrationOptions(url, { migrations }));
  await connect(dataSource, tell);
  try {
    await refuseUnsafe(dataSource);
    if (isMigrating) await migrate(dataSource, tell);
    else if (await dataSource.showMigrations())
      throw new DatabaseUnusable('MIGRATE: off, but the tables are not up to date; run npm run migrate first');
  } finally {
    await dataSource.destroy();
  }
}

async function connect(dataSource: DataSource, tell: (line: string) => void): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      await dataSource.initialize();
      return;
    } catch (error) {
      const reason = error instanceof AggregateError ? String(error.errors[0]) : (error as Error).message;
      if (!isStoreOutage(error) || performance.now() > giveUpAt)
        throw new DatabaseUnusable(`DATABASE_URL: cannot connect to PostgreSQL: ${reason}`);
      tell(`Waiting for PostgreSQL: ${reason}`);
      await pause(1_000);
    }
  }
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

async function migrate(dataSource: DataSource, tell: (line: string) => void): Promise<void> {
  const lock = dataSource.createQueryRunner();
  await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
  try {
    const done = await dataSource.runMigrations({ transaction: 'each' });
    if (done.length > 0) tell(`${done.length} migrations applied.`);
  } finally {
    await lock.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await lock.release();
  }
}
