import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateApplicationHosts1792000000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table application_hosts (
        host text not null,
        application_id uuid not null,
        constraint application_hosts_pkey primary key (host),
        constraint application_hosts_application_id_fkey foreign key (application_id) references applications (id) on delete cascade
      )`);
    await runner.query('create index application_hosts_application_id_idx on application_hosts (application_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table application_hosts');
  }
}
