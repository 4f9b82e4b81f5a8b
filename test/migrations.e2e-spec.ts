import { getDataSourceToken } from '@nestjs/typeorm';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ExtendEvents1792000000014 } from '../migrations/1792000000014-extend-events.js';
import { MIGRATIONS } from '../migrations/index.js';
import { createDataSource, dataSourceOptions, migrationOptions } from '../src/database/postgres.options.js';
import { TestServer } from './server.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());

/** Everything that makes up the tables: columns, constraints, indexes, triggers, functions, storage. */
async function shapeOf(dataSource: DataSource): Promise<unknown[]> {
  return Promise.all(
    [
      `select table_name, column_name, data_type, udt_name, is_nullable, column_default, is_identity from information_schema.columns where table_schema = 'public' and table_name <> 'migrations' order by 1, 2`,
      `select conrelid::regclass::text as on, conname, pg_get_constraintdef(oid) as is from pg_constraint where connamespace = 'public'::regnamespace and conrelid::regclass::text <> 'migrations' order by 1, 2`,
      `select indexname, indexdef from pg_indexes where schemaname = 'public' and tablename <> 'migrations' order by 1`,
      `select tgname, pg_get_triggerdef(oid) as is from pg_trigger where not tgisinternal order by 1, 2`,
      `select proname, prosrc from pg_proc where pronamespace = 'public'::regnamespace order by 1`,
      `select relname, relpersistence, reloptions from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'migrations' order by 1`,
    ].map((sql) => dataSource.query(sql)),
  );
}

it('asvs 6.3.2 13.2.3 up, down, up: each way back leaves what was there before its way forward; no way makes a user or a key', async () => {
  const upTo = (count: number) =>
    createDataSource(dataSourceOptions(server.databaseUrl, { migrations: MIGRATIONS.slice(0, count) })).initialize();
  const all = await upTo(MIGRATIONS.length);
  const downwards = [await shapeOf(all)];

  for (const _ of MIGRATIONS) {
    await all.undoLastMigration();
    downwards.unshift(await shapeOf(all));
  }
  const upwards = [await shapeOf(all)];
  for (const [index] of MIGRATIONS.entries()) {
    const some = await upTo(index + 1);
    await some.runMigrations();
    upwards.push(await shapeOf(some));
    await some.destroy();
  }

  expect(downwards[0]).toEqual([[], [], [], [], [], []]);
  expect(upwards).toEqual(downwards);
  for (const table of ['users', 'identities', 'applications', 'application_keys', 'service_keys'])
    expect([table, await all.query(`select from ${table}`)]).toEqual([table, []]);
  await all.destroy();
});

it('entities and tables agree: a generated migration would be empty', async () => {
  const { upQueries } = await server.app.get<DataSource>(getDataSourceToken()).driver.createSchemaBuilder().log();

  expect(upQueries.map(({ query }) => query)).toEqual([]);
});

it('events of an application that were there before get ids beside those of sessions, in their order, and go back with them', async () => {
  const all = await createDataSource(dataSourceOptions(server.databaseUrl, { migrations: MIGRATIONS })).initialize();
  const since = MIGRATIONS.indexOf(ExtendEvents1792000000014);
  for (const _ of MIGRATIONS.slice(since)) await all.undoLastMigration();
  const insert = (reason: string) =>
    all.query(
      `insert into application_events (application_id, type, reason, ended_by_user_id, ended_by_session_id)
       select gen_random_uuid(), 'application.sessions_ended', $1, gen_random_uuid(), gen_random_uuid()`,
      [reason],
    );
  await all.query(
    `insert into session_events (user_id, type, cause, session_id, application_id, contract, session_created_at, session_last_seen_at)
     select gen_random_uuid(), 'session.ended', 'logout', gen_random_uuid(), gen_random_uuid(), 'native', now(), now() from generate_series(1, 5)`,
  );
  for (const reason of ['first', 'second', 'third']) await insert(reason);
  const reasons = async () =>
    (await all.query<{ reason: string }[]>('select reason from application_events order by id')).map(
      ({ reason }) => reason,
    );

  await all.runMigrations();
  await insert('fourth');
  const [found] = await all.query<{ twice: number }[]>(
    'select count(*)::int as twice from application_events join session_events using (id)',
  );
  const upwards = await reasons();
  for (const _ of MIGRATIONS.slice(since)) await all.undoLastMigration();
  await insert('fifth');

  expect([found!.twice, upwards]).toEqual([0, ['first', 'second', 'third', 'fourth']]);
  expect(await reasons()).toEqual([...upwards, 'fifth']);
  await all.runMigrations();
  await all.destroy();
});

it('events are extended beside a node of before that ends a session: each waits for the other at most once', async () => {
  const options = migrationOptions(server.databaseUrl, { entities: [], migrations: MIGRATIONS });
  const all = await createDataSource(options).initialize();
  const since = MIGRATIONS.indexOf(ExtendEvents1792000000014);
  for (const _ of MIGRATIONS.slice(since)) await all.undoLastMigration();
  const ending = all.createQueryRunner();
  await ending.startTransaction();
  await ending.query('delete from sessions where false'); // Takes the lock of any ending.

  const migrated = all.runMigrations().then(
    (done) => done.length,
    (error: Error) => error.message,
  );
  await pause(300);
  const ended = await ending
    .query(
      `insert into session_events (user_id, type, cause, session_id, application_id, contract, session_created_at, session_last_seen_at)
       select gen_random_uuid(), 'session.ended', 'logout', gen_random_uuid(), gen_random_uuid(), 'native', now(), now()`,
    )
    .then(
      () => 'ended',
      (error: Error) => error.message,
    );
  await ending.commitTransaction();

  expect([ended, await migrated]).toEqual(['ended', MIGRATIONS.length - since]);
  await ending.release();
  await all.destroy();
});

it('the drift is seen: a column too many would be dropped', async () => {
  await server.sql('alter table sessions add column surplus text');

  const { upQueries } = await server.app.get<DataSource>(getDataSourceToken()).driver.createSchemaBuilder().log();

  expect(upQueries.map(({ query }) => query)).toEqual(['ALTER TABLE "sessions" DROP COLUMN "surplus"']);
});
