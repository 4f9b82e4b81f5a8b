import type { MigrationInterface, QueryRunner } from 'typeorm';

// For lists by filter, newest first: whatever is asked for in equal measure has an index that is in the order of the list.
// An index on last_seen_at itself would make every touch write to all indexes; one on the hour lets 59 of 60 be HOT updates.
// A trigger keeps the hour, so that it is right whoever moves last_seen_at; its condition costs a touch next to nothing.
export class DescribeSessions1792000000019 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Whoever ends sessions of a user takes users first.
    await runner.query('lock table users in access exclusive mode');
    await runner.query(`
      alter table sessions
        add column browser text,
        add column system text,
        add column seen_hour timestamptz not null default date_trunc('hour', now(), 'UTC')`);
    await runner.query(`
      alter table sessions alter column seen_hour type timestamptz using date_trunc('hour', last_seen_at, 'UTC')`);
    await runner.query(`
      create function session_seen() returns trigger language plpgsql as $$
      begin
        new.seen_hour := date_trunc('hour', new.last_seen_at, 'UTC');
        return new;
      end $$`);
    await runner.query(`
      create trigger sessions_seen before insert or update on sessions for each row
      when (new.seen_hour is distinct from date_trunc('hour', new.last_seen_at, 'UTC')) execute function session_seen()`);
    await runner.query('create index sessions_created_at_idx on sessions (created_at)');
    await runner.query('create index sessions_seen_hour_idx on sessions (seen_hour)');
    for (const column of ['application_id', 'contract', 'ip', 'browser', 'system'])
      await runner.query(`create index sessions_${column}_created_at_idx on sessions (${column}, created_at)`);
    await runner.query('create index users_roles_idx on users using gin (roles)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('lock table users in access exclusive mode');
    await runner.query('drop index users_roles_idx');
    for (const column of ['application_id', 'contract', 'ip'])
      await runner.query(`drop index sessions_${column}_created_at_idx`);
    await runner.query('drop index sessions_created_at_idx');
    await runner.query('drop trigger sessions_seen on sessions');
    await runner.query('drop function session_seen()');
    await runner.query('alter table sessions drop column browser, drop column system, drop column seen_hour');
  }
}
