import type { MigrationInterface, QueryRunner } from 'typeorm';

// By a trigger, so that a login over any contract counts. Logins of one user wait for each other at their very first one
// alone: where another login holds the row, that one is the last, give or take the length of a transaction.
export class CreateLastLogins1792000000023 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Whoever ends sessions of a user takes users first.
    await runner.query('lock table users, sessions in share row exclusive mode');
    await runner.query(`
      create table last_logins (
        user_id uuid not null,
        application_id uuid not null,
        at timestamptz not null,
        constraint last_logins_pkey primary key (user_id),
        constraint last_logins_user_id_fkey foreign key (user_id) references users (id) on delete cascade
      ) with (fillfactor = 80)`);
    await runner.query(`
      insert into last_logins (user_id, application_id, at)
      select users.id, users.application_id, max(logins.at)
      from (
        select user_id, created_at as at from sessions
        union all select user_id, session_created_at from session_events
      ) as logins join users on users.id = logins.user_id
      group by users.id`);
    await runner.query('create index last_logins_application_id_at_idx on last_logins (application_id, at)');
    await runner.query(`
      create function session_logged_in() returns trigger language plpgsql as $$
      begin
        update last_logins set at = new.created_at where user_id in (
          select user_id from last_logins where user_id = new.user_id and at < new.created_at for update skip locked);
        if not found and not exists (select from last_logins where user_id = new.user_id) then
          insert into last_logins (user_id, application_id, at) values (new.user_id, new.application_id, new.created_at)
          on conflict (user_id) do nothing;
        end if;
        return null;
      end $$`);
    await runner.query(
      'create trigger sessions_logged_in after insert on sessions for each row execute function session_logged_in()',
    );
    // Whatever the database's collation, a prefix of a name is a range of this index.
    await runner.query('create index identities_prefix_idx on identities (application_id, name text_pattern_ops)');
    await runner.query(`create index users_disabled_idx on users (application_id, id) where status = 'disabled'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index users_disabled_idx');
    await runner.query('drop index identities_prefix_idx');
    await runner.query('drop trigger sessions_logged_in on sessions');
    await runner.query('drop function session_logged_in()');
    await runner.query('drop table last_logins');
  }
}
