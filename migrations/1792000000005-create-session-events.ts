import type { MigrationInterface, QueryRunner } from 'typeorm';

// No foreign key: an event outlives the user whom it is about, and must take no lock on the user's row.
export class CreateSessionEvents1792000000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table session_events (
        user_id uuid not null,
        id bigint not null generated always as identity,
        transaction_id xid8 not null default pg_current_xact_id(),
        type text not null,
        cause text not null,
        session_id uuid not null,
        application_id uuid not null,
        contract text not null,
        occurred_at timestamptz not null default clock_timestamp(),
        session_created_at timestamptz not null,
        session_last_seen_at timestamptz not null,
        ip inet,
        user_agent text,
        label text,
        constraint session_events_pkey primary key (user_id, id)
      )`);
    await runner.query('create index session_events_id_idx on session_events (id)');
    await runner.query(`
      create function session_ended() returns trigger language plpgsql as $$
      begin
        insert into session_events (user_id, type, cause, session_id, application_id, contract, session_created_at, session_last_seen_at, ip, user_agent, label)
        values (old.user_id, 'session.ended', coalesce(nullif(current_setting('curfew.cause', true), ''), 'direct'),
                old.id, old.application_id, old.contract, old.created_at, old.last_seen_at, old.ip, old.user_agent, old.label);
        return null;
      end $$`);
    await runner.query(
      'create trigger sessions_ended after delete on sessions for each row execute function session_ended()',
    );
    // Also when it is typed by hand: a session once called dead must not live again when its user is let in again.
    await runner.query(`
      create function user_disabled() returns trigger language plpgsql as $$
      begin
        perform set_config('curfew.cause', 'user_disabled', true);
        delete from sessions where user_id = new.id;
        perform set_config('curfew.cause', '', true);
        return null;
      end $$`);
    await runner.query(`
      create trigger users_disabled after update of status on users for each row
      when (new.status = 'disabled' and old.status = 'active') execute function user_disabled()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop trigger users_disabled on users');
    await runner.query('drop function user_disabled()');
    await runner.query('drop trigger sessions_ended on sessions');
    await runner.query('drop function session_ended()');
    await runner.query('drop table session_events');
  }
}
