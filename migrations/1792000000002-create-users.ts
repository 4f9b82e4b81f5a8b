import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateUsers1792000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table users (
        id uuid not null,
        application_id uuid not null,
        username text not null,
        display_name text,
        status text not null default 'active',
        roles text[] not null default '{}',
        password_hash text,
        password_version integer not null default 1,
        properties jsonb not null default '{}',
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        constraint users_pkey primary key (id),
        constraint users_status_check check (status in ('active', 'disabled')),
        constraint users_application_id_fkey foreign key (application_id) references applications (id) on delete cascade
      )`);
    await runner.query('create index users_application_id_idx on users (application_id, id)');
    await runner.query(`create index users_administrators_idx on users (application_id) where roles @> '{admin}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table users');
  }
}
