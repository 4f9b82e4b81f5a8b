import type { MigrationInterface, QueryRunner } from 'typeorm';

// No foreign key, as with events of sessions: an event outlives what it is about.
export class CreateApplicationEvents1792000000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table application_events (
        application_id uuid not null,
        id bigint not null generated always as identity,
        transaction_id xid8 not null default pg_current_xact_id(),
        type text not null,
        reason text not null,
        ended_by_user_id uuid not null,
        ended_by_session_id uuid not null,
        occurred_at timestamptz not null default clock_timestamp(),
        constraint application_events_pkey primary key (application_id, id)
      )`);
    await runner.query('create index application_events_id_idx on application_events (id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table application_events');
  }
}
