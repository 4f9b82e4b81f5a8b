import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateIdentities1792000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table identities (
        application_id uuid not null,
        name text not null,
        user_id uuid not null,
        constraint identities_pkey primary key (application_id, name),
        constraint identities_application_id_fkey foreign key (application_id) references applications (id) on delete cascade,
        constraint identities_user_id_fkey foreign key (user_id) references users (id) on delete cascade
      )`);
    await runner.query('create index identities_user_id_idx on identities (user_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table identities');
  }
}
