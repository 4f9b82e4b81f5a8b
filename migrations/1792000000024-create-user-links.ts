import type { MigrationInterface, QueryRunner } from 'typeorm';

// One a user: a new link takes the place of the older one. The version of the password is kept beside it, so that a password
// set in any other way meanwhile uses the link up.
export class CreateUserLinks1792000000024 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table user_links (
        user_id uuid not null,
        code_hash bytea not null,
        kind text not null,
        password_version integer not null,
        made_by_user_id uuid,
        made_by_key_id uuid,
        created_at timestamptz not null default now(),
        expires_at timestamptz not null,
        constraint user_links_pkey primary key (user_id),
        constraint user_links_kind_check check (kind in ('invite', 'reset')),
        constraint user_links_user_id_fkey foreign key (user_id) references users (id) on delete cascade
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table user_links');
  }
}
