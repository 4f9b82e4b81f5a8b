import type { MigrationInterface, QueryRunner } from 'typeorm';

// The application is not a foreign key here: its id is copied from the user's row, and a key would have every login lock
// one and the same row. Room is left in each page, so that a touch is a HOT update: no index holds what it changes.
export class CreateSessions1792000000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table sessions (
        user_id uuid not null,
        id uuid not null,
        application_id uuid not null,
        contract text not null,
        secret_hash bytea not null,
        csrf_hash bytea,
        created_at timestamptz not null default now(),
        authenticated_at timestamptz not null default now(),
        last_seen_at timestamptz not null default now(),
        idle_until timestamptz not null,
        expires_at timestamptz not null,
        ip inet,
        user_agent text,
        label text,
        constraint sessions_pkey primary key (user_id, id),
        constraint sessions_user_id_fkey foreign key (user_id) references users (id) on delete cascade
      ) with (fillfactor = 80)`);
    await runner.query('create index sessions_expires_at_idx on sessions (expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table sessions');
  }
}
