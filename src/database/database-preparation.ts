import { setTimeout as pause } from 'node:timers/promises';
import { MigrationExecutor, type DataSource, type DataSourceOptions } from 'typeorm';
import { isStoreOutage } from '../errors/store-outage.js';
import { NoPrimary, wordsOf } from './no-primary.js';
import { faultOfPooler, isBehindPooler } from './pooler.js';
import { createDataSource, migrationOptions, primaryOf } from './postgres.options.js';
import { LEAVING_MS, type Primary } from './primary.js';
import { faultOf, SAFETY, type Safety } from './store-safety.js';

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
  const primary = primaryOf(url);
  const isPooled = await patiently(primary, () => isBehindPooler(url), tell);
  if (isPooled)
    tell(
      'A pooler stands before PostgreSQL: statements are planned each time, and their limits are defaults of the role.',
    );
  const dataSource = createDataSource(migrationOptions(url, { migrations }, isPooled));
  await patiently(primary, () => dataSource.initialize(), tell);
  try {
    if (isPooled) await refusePooler(dataSource);
    await refuseUnsafe(dataSource);
    await letOthersMove(primary, tell);
    if (isMigrating) return { isPooled, applied: await migrate(dataSource, tell) };
    if (await dataSource.showMigrations()) throw new DatabaseUnusable(advice);
    return { isPooled, applied: [] };
  } finally {
    await dataSource.destroy();
  }
}

async function patiently<T>(primary: Primary, attempt: () => Promise<T>, tell: (line: string) => void): Promise<T> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const reason = error instanceof AggregateError ? String(error.errors[0]) : (error as Error).message;
      // Of several servers one may be promoted any moment; one that was named alone is the wrong one.
      const isMisnamed = error instanceof NoPrimary && !primary.isOneOfSeveral;
      if (isMisnamed || !isStoreOutage(error) || performance.now() > giveUpAt)
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

async function refuseUnsafe(dataSource: DataSource): Promise<void> {
  const [found] = await dataSource.query<Safety[]>(SAFETY);
  const fault = faultOf(found!);
  if (fault) throw new DatabaseUnusable(`DATABASE_URL: this PostgreSQL ${fault}`);
}

// A node that starts right after a promotion, while the primary before still answers, or may do so elsewhere: others may still
// ask that one.
async function letOthersMove({ rivalry, reports, mayOthersLag }: Primary, tell: (line: string) => void): Promise<void> {
  if (rivalry !== undefined)
    tell(
      `More than one server is a primary; the one with the highest timeline is asked. Shut the other down: ${rivalry}`,
    );
  else if (mayOthersLag)
    tell(
      `A server that does not answer may be a primary that other nodes still ask: ${reports.map(wordsOf).join('; ')}`,
    );
  if (rivalry !== undefined || mayOthersLag) await pause(LEAVING_MS);
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
