import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateApplications1792000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table applications (
        id uuid not null,
        name text not null,
        status text not null default 'active',
        sessions_valid_after timestamptz not null default '-infinity',
        is_registration_open boolean not null default false,
        allowed_origins text[] not null default '{}',
        logout_targets text[] not null default '{}',
        landing_page text,
        session_lifetime integer,
        session_idle integer,
        session_limit integer,
        at_session_limit text not null default 'end_oldest',
        created_at timestamptz not null default now(),
        constraint applications_pkey primary key (id),
        constraint applications_status_check check (status in ('active', 'disabled')),
        constraint applications_session_limit_check check (session_limit > 0),
        constraint applications_at_session_limit_check check (at_session_limit in ('refuse', 'end_oldest'))
      )`);
    await runner.query(`
      create table application_keys (
        application_id uuid not null,
        key text not null,
        kind text not null default 'client',
        created_at timestamptz not null default now(),
        constraint application_keys_pkey primary key (application_id, key),
        constraint application_keys_key_key unique (key),
        constraint application_keys_application_id_fkey foreign key (application_id) references applications (id) on delete cascade
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table application_keys');
    await runner.query('drop table applications');
  }
}
