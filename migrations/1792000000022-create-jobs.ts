import type { MigrationInterface, QueryRunner } from 'typeorm';

// What administrators asked for and what takes long. No foreign keys: a job outlives the application that it deletes, and
// the session of whoever asked for it.
export class CreateJobs1792000000022 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table jobs (
        id uuid not null,
        kind text not null,
        status text not null default 'proposed',
        application_id uuid,
        filter jsonb not null,
        target jsonb not null,
        reason text,
        asked_by_user_id uuid,
        asked_by_session_id uuid,
        asked_by_key_id uuid,
        total bigint not null,
        users bigint not null,
        done bigint not null default 0,
        place jsonb,
        confirmation_hash bytea,
        proposed_at timestamptz not null default now(),
        started_at timestamptz,
        worked_at timestamptz,
        ended_at timestamptz,
        fault text,
        constraint jobs_pkey primary key (id),
        constraint jobs_confirmation_hash_key unique (confirmation_hash),
        constraint jobs_kind_check check (kind in ('end_sessions', 'delete_application')),
        constraint jobs_status_check check (status in ('proposed', 'running', 'stopped', 'done', 'failed'))
      ) with (fillfactor = 80)`);
    await runner.query(`create index jobs_running_idx on jobs (id) where status = 'running'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table jobs');
  }
}
