import type { MigrationInterface, QueryRunner } from 'typeorm';

// The owner is not a foreign key: what people wrote stays when its author goes.
export class CreateRecords1792000000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table records (
        application_id uuid not null,
        endpoint text not null,
        id uuid not null,
        owner_id uuid,
        data jsonb not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        constraint records_pkey primary key (application_id, endpoint, id),
        constraint records_application_id_fkey foreign key (application_id) references applications (id) on delete cascade
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table records');
  }
}
